"""Signatures on P-256: those of the standards and of a browser's library hold, and no others."""

import json
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.p256 import is_signed, read_public_key
from tests.integration.api.test_javascript import NODE

N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
# RFC 6979, A.2.5: SHA-256.
RAW = bytes.fromhex(
    "0460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
    "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"
)
KEY = read_public_key(RAW)
SIGNED = {
    b"sample": "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
    "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
    b"test": "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367"
    "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
}
SAMPLE = bytes.fromhex(SIGNED[b"sample"])

# Prints [key, message, signature] as hexadecimal, of keys and messages of its own.
MAKE = """
const { subtle } = globalThis.crypto;
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const found = [];
for (let number = 0; number < 12; number += 1) {
  const pair = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
  const message = crypto.getRandomValues(new Uint8Array(number * 7));
  const signature = await subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, message);
  found.push([await subtle.exportKey("raw", pair.publicKey), message, signature].map(hex));
}
console.log(JSON.stringify(found));
"""


def signature(r, s):
    return r.to_bytes(32) + s.to_bytes(32)


@pytest.mark.parametrize("message", SIGNED)
def test_the_signatures_of_the_standard_hold(message):
    assert is_signed(message, bytes.fromhex(SIGNED[message]), KEY)
    assert not is_signed(message + b"!", bytes.fromhex(SIGNED[message]), KEY)


def test_what_a_browsers_library_signs_holds_for_its_key_and_message_only():
    made = subprocess.run(
        (NODE, "--input-type=module", "-e", MAKE), capture_output=True, timeout=60.0, check=True
    )
    triples = [[bytes.fromhex(text) for text in one] for one in json.loads(made.stdout)]
    for number, (key, message, signed) in enumerate(triples):
        point = read_public_key(key)
        assert is_signed(message, signed, point)
        other_key, other_message, other_signed = triples[number - 1]
        assert not is_signed(other_message, signed, point)
        assert not is_signed(message, other_signed, point)
        assert not is_signed(message, signed, read_public_key(other_key))


@settings(deadline=None)
@given(st.integers(0, 511))
def test_no_bit_of_a_signature_may_be_another(bit):
    changed = int.from_bytes(SAMPLE) ^ 1 << bit
    assert not is_signed(b"sample", changed.to_bytes(64), KEY)


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        SAMPLE[:-1],
        SAMPLE + b"\0",
        bytes(64),
        signature(0, 1),
        signature(1, 0),
        signature(N, 1),
        signature(1, N),
        signature(N, N),
        signature(2**256 - 1, 1),
        signature(1, 2**256 - 1),
    ],
)
def test_numbers_out_of_range_are_no_signature(wrong):
    assert not is_signed(b"sample", wrong, KEY)


def test_a_key_is_an_uncompressed_point_of_the_curve():
    wrong = [
        b"",
        RAW[:-1],
        RAW + b"\0",
        b"\2" + RAW[1:33],
        b"\2" + RAW[1:],
        b"\6" + RAW[1:],
        RAW[:-1] + bytes([RAW[-1] ^ 1]),
        bytes(65),
        b"\4" + bytes(64),
        b"\4" + (5 + P).to_bytes(32) + RAW[33:],
        b"\4" + b"\xff" * 64,
    ]
    assert [read_public_key(one) for one in wrong] == [None] * len(wrong)
