"""Signatures by RSA keys: the whole of what was padded counts, and weak keys do not."""

import base64
import hashlib

import pytest

from service.domain.rsa import is_signed, read_public_key
from tests.integration.api.issuer import Signer

DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.fixture(scope="module")
def signed():
    """A key, a message and its signature, by another's implementation."""
    signer = Signer()
    message, _, signature = signer.sign({"sub": "x"}).rpartition(".")
    jwk = signer.jwks["rsa"]
    signer.close()
    key = read_public_key(decoded(jwk["n"]), decoded(jwk["e"]))
    return key, message.encode(), decoded(signature)


def test_a_signature_holds_for_its_message_only(signed):
    key, message, signature = signed
    assert is_signed(message, signature, key)
    assert not is_signed(message + b"!", signature, key)
    assert not is_signed(message, signature[:-1] + bytes([signature[-1] ^ 1]), key)


def test_a_signature_has_the_length_of_its_key_and_is_below_it(signed):
    key, message, signature = signed
    for wrong in (b"", b"\0" + signature, signature[:-1], bytes(256), b"\xff" * 256):
        assert not is_signed(message, wrong, key)
    larger = int.from_bytes(signature) + key.public_numbers().n
    assert larger.bit_length() > 2_048 or not is_signed(message, larger.to_bytes(256), key)


def cube_root_above(number):
    low, high = 0, 1 << (number.bit_length() // 3 + 2)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle**3 < number else (low, middle)
    return low


def test_a_digest_with_something_behind_it_is_no_signature():
    # Bleichenbacher 2006: with an exponent of 3 anybody makes a cube that begins as it should.
    key = read_public_key(((1 << 2_048) - 159).to_bytes(256), b"\3")
    message = b"I am the operator"
    begin = b"\0\1" + b"\xff" * 8 + b"\0" + DIGEST_INFO + hashlib.sha256(message).digest()
    forged = cube_root_above(int.from_bytes(begin + bytes(256 - len(begin))))
    assert (forged**3).to_bytes(256)[: len(begin)] == begin
    assert not is_signed(message, forged.to_bytes(256), key)


def test_keys_that_are_weak_or_too_much_work_are_none():
    n, e = ((1 << 2_048) - 159).to_bytes(256), (65_537).to_bytes(3)
    assert read_public_key(n, e).public_numbers().e == 65_537
    assert read_public_key(n, (3).to_bytes(1)) is not None
    weak = [
        (((1 << 2_047) - 19).to_bytes(256), e),
        (((1 << 8_193) - 1).to_bytes(1_025), e),
        (n, b"\1"),
        (n, b"\2"),
        (n, b""),
        (n, (2**32 + 1).to_bytes(5)),
        (b"", e),
    ]
    assert [read_public_key(*one) for one in weak] == [None] * len(weak)
