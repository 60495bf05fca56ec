"""Signatures by a pair of keys (`v1a`), as receivers verify them who know the public half only."""

import base64

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from service.domain import ed25519
from service.domain.vocabulary import Signing
from service.domain.webhook_signature import (
    Secret,
    Shown,
    SigningSeed,
    new_signing_seed,
    public_key_of,
    public_key_text,
    read_keys,
    secret_of,
    secret_text,
    shown_secret,
    signed_headers,
)
from tests.unit.domain.test_webhook_signature import EXAMPLE, NEW, OLD, PAIR, SEED


def test_the_signature_is_that_of_the_published_example():
    """The vector that the server of Svix, whose scheme it is, tests itself with."""
    private = base64.b64decode("6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbc=")
    pair = Secret(value=private, signing=Signing.ED25519)
    assert public_key_text(public_key_of(pair)) == (
        "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
    )
    assert signed_headers([pair], **EXAMPLE)["webhook-signature"] == (
        "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="
    )


@pytest.mark.parametrize(
    ("private", "public", "message", "signature"),
    [  # RFC 8032, 7.1, the first and the second
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
    ],
)
def test_keys_and_signatures_are_those_of_the_standard(private, public, message, signature):
    assert ed25519.public_key_of(bytes.fromhex(private)).hex() == public
    assert ed25519.sign(bytes.fromhex(message), bytes.fromhex(private)).hex() == signature


def test_the_public_half_verifies_what_was_sent_and_nothing_else():
    public_key = Ed25519PublicKey.from_public_bytes(public_key_of(PAIR))
    word = signed_headers([PAIR], **EXAMPLE)["webhook-signature"]
    signature = base64.b64decode(word.removeprefix("v1a,"))
    signed = b"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330." + EXAMPLE["body"]
    public_key.verify(signature, signed)
    with pytest.raises(InvalidSignature):
        public_key.verify(signature, signed + b" ")


def test_the_private_half_is_told_to_nobody():
    assert secret_text(PAIR) is None


def test_a_secret_and_a_pair_follow_each_other_with_both_signatures():
    words = signed_headers([PAIR, Secret(value=SEED)], **EXAMPLE)["webhook-signature"].split(" ")
    assert [word.partition(",")[0] for word in words] == ["v1a", "v1"]


def test_with_a_key_the_pair_is_neither_the_seed_nor_what_a_secret_would_be():
    keys = read_keys(f"{NEW} {OLD}")
    seed = new_signing_seed(SEED, keys, signing=Signing.ED25519)
    pair = secret_of(seed, keys)
    assert seed.key_id == next(iter(keys))
    shared = secret_of(SigningSeed(seed=SEED, key_id=seed.key_id), keys)
    assert len({pair.value, shared.value, SEED}) == 3


def test_a_stored_answer_of_before_there_were_pairs_is_of_a_secret():
    kept = b'{"seed":"AAECAw==","key_id":null}'
    shown = msgspec.json.decode(kept, type=Shown)
    assert (shown.signing, shown_secret(shown, {})) == (Signing.HMAC, "whsec_AAECAw==")
