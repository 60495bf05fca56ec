"""Signatures as receivers verify them, and secrets that the database does not know."""

import base64

import pytest

from service.clock import real_now
from service.domain.vocabulary import Signing
from service.domain.webhook_signature import (
    Secret,
    Seed,
    SigningSeed,
    UnknownKeyError,
    new_signing_seed,
    public_key_of,
    read_keys,
    secret_of,
    secret_text,
    secrets_of,
    signed_headers,
)

OLD, NEW = "ab" * 32, "cd" * 32
SEED = bytes(range(32))
SHARED, PAIR = Secret(value=SEED), Secret(value=SEED, signing=Signing.ED25519)
EXAMPLE = {
    "event_id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "timestamp_s": 1_614_265_330,
    "body": b'{"test": 2432232314}',
}


def test_the_signature_is_that_of_the_published_example():
    """The vector that the libraries of Standard Webhooks test themselves with."""
    secret = Secret(value=base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
    assert signed_headers([secret], **EXAMPLE) == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    assert secret_text(secret) == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert public_key_of(secret) is None


def test_the_library_of_standard_webhooks_takes_them_for_genuine():
    library = pytest.importorskip("standardwebhooks", reason="not in this environment yet")
    body = b'{"test": 2432232314}'
    headers = signed_headers(
        [Secret(value=b"former".ljust(32)), SHARED, PAIR],
        event_id="evt_1",
        timestamp_s=int(real_now().timestamp()),
        body=body,
    )
    webhook = library.Webhook(secret_text(SHARED))
    assert webhook.verify(body, headers) == {"test": 2_432_232_314}
    with pytest.raises(library.WebhookVerificationError):
        webhook.verify(body + b" ", headers)


@pytest.mark.parametrize("signing", Signing)
def test_no_seed_and_no_secret_shows_itself(signing):
    values = (
        Seed(seed=SEED, key_id=None),
        SigningSeed(seed=SEED, key_id="key", signing=signing),
        Secret(value=SEED, signing=signing),
    )
    for value in values:
        assert SEED.hex() not in repr(value)
        assert repr(SEED)[2:-1] not in repr(value)


@pytest.mark.parametrize("signing", Signing)
def test_each_live_secret_signs(signing):
    of = {"event_id": "evt_1", "timestamp_s": 1, "body": b"{}"}
    secrets = [Secret(value=b"a" * 32, signing=signing), Secret(value=b"b" * 32)]
    both = signed_headers(secrets, **of)["webhook-signature"].split(" ")
    assert both == [signed_headers([one], **of)["webhook-signature"] for one in secrets]


@pytest.mark.parametrize("secret", [SHARED, PAIR])
@pytest.mark.parametrize("changed", [{"event_id": "evt_2"}, {"timestamp_s": 2}, {"body": b"{} "}])
def test_a_signature_holds_for_id_time_and_body(secret, changed):
    of = {"event_id": "evt_1", "timestamp_s": 1, "body": b"{}"}
    before = signed_headers([secret], **of)["webhook-signature"]
    assert signed_headers([secret], **(of | changed))["webhook-signature"] != before


def new_seed(seed, keys, signing=Signing.HMAC):
    return new_signing_seed(seed, keys, signing=signing)


def test_without_a_key_the_seed_is_the_secret():
    assert secret_of(new_seed(SEED, {}), {}) == SHARED
    assert secret_of(new_seed(SEED, {}, Signing.ED25519), {}) == PAIR


def test_with_a_key_the_secret_is_not_the_seed_and_needs_that_key():
    seed = new_seed(SEED, read_keys(OLD))
    secret = secret_of(seed, read_keys(OLD))
    assert len(secret.value) == 32
    assert secret.value != SEED
    assert secret_of(SigningSeed(seed=bytes(32), key_id=seed.key_id), read_keys(OLD)) != secret
    with pytest.raises(UnknownKeyError):
        secret_of(seed, read_keys(NEW))


def test_a_new_key_is_put_first_and_old_secrets_stay():
    seed = new_seed(SEED, read_keys(OLD))
    keys = read_keys(f"{NEW} {OLD}")
    assert secret_of(seed, keys) == secret_of(seed, read_keys(OLD))
    assert new_seed(SEED, keys).key_id == next(iter(read_keys(NEW)))


def test_a_key_id_does_not_tell_the_key():
    assert not any(OLD.startswith(key_id) for key_id in read_keys(OLD))


@pytest.mark.parametrize("text", ["ab", "no hex at all", OLD + "a", "ab" * 31])
def test_a_key_is_64_hexadecimal_digits(text):
    with pytest.raises(ValueError, match="hex"):
        read_keys(text)


def test_a_secret_whose_key_is_gone_keeps_no_other_from_signing():
    newest, former = new_seed(SEED, read_keys(NEW)), new_seed(bytes(32), read_keys(OLD))
    assert secrets_of([newest, former], read_keys(NEW)) == [secret_of(newest, read_keys(NEW))]
    assert len(secrets_of([newest, former], read_keys(f"{NEW} {OLD}"))) == 2
    with pytest.raises(UnknownKeyError):
        secrets_of([newest, former], read_keys("ef" * 32))
