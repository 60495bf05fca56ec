"""Signatures as receivers verify them, and secrets that the database does not know."""

import base64

import pytest

from service.clock import real_now
from service.domain.webhook_signature import (
    Seed,
    UnknownKeyError,
    new_seed,
    read_keys,
    secret_of,
    secret_text,
    signed_headers,
)

OLD, NEW = "ab" * 32, "cd" * 32
SEED = bytes(range(32))


def test_the_signature_is_that_of_the_published_example():
    """The vector that the libraries of Standard Webhooks test themselves with."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed_headers(
        [secret],
        event_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp_s=1_614_265_330,
        body=b'{"test": 2432232314}',
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    assert secret_text(secret) == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_library_of_standard_webhooks_takes_them_for_genuine():
    library = pytest.importorskip("standardwebhooks", reason="not in this environment yet")
    body = b'{"test": 2432232314}'
    headers = signed_headers(
        [b"former".ljust(32), SEED],
        event_id="evt_1",
        timestamp_s=int(real_now().timestamp()),
        body=body,
    )
    webhook = library.Webhook(secret_text(SEED))
    assert webhook.verify(body, headers) == {"test": 2_432_232_314}
    with pytest.raises(library.WebhookVerificationError):
        webhook.verify(body + b" ", headers)


def test_a_seed_does_not_show_itself():
    assert SEED.hex() not in repr(Seed(seed=SEED, key_id=None))
    assert repr(SEED)[2:-1] not in repr(Seed(seed=SEED, key_id="key"))


def test_each_live_secret_signs():
    of = {"event_id": "evt_1", "timestamp_s": 1, "body": b"{}"}
    both = signed_headers([b"a" * 32, b"b" * 32], **of)["webhook-signature"].split(" ")
    assert both == [signed_headers([one * 32], **of)["webhook-signature"] for one in (b"a", b"b")]


@pytest.mark.parametrize("changed", [{"event_id": "evt_2"}, {"timestamp_s": 2}, {"body": b"{} "}])
def test_a_signature_holds_for_id_time_and_body(changed):
    of = {"event_id": "evt_1", "timestamp_s": 1, "body": b"{}"}
    before = signed_headers([SEED], **of)["webhook-signature"]
    assert signed_headers([SEED], **(of | changed))["webhook-signature"] != before


def test_without_a_key_the_seed_is_the_secret():
    assert secret_of(new_seed(SEED, {}), {}) == SEED


def test_with_a_key_the_secret_is_not_the_seed_and_needs_that_key():
    seed = new_seed(SEED, read_keys(OLD))
    secret = secret_of(seed, read_keys(OLD))
    assert len(secret) == 32
    assert secret != SEED
    assert secret_of(Seed(seed=bytes(32), key_id=seed.key_id), read_keys(OLD)) != secret
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
