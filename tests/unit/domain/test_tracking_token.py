"""Tokens of links: 128 bits, told again from a seed, and only by who has the key."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.tracking_token import is_token, token_of, token_sha256, told_again
from service.domain.webhook_signature import (
    SigningSeed,
    UnknownKeyError,
    new_seed,
    read_keys,
    secret_of,
)

KEYS = read_keys("ab" * 32)
OTHER_KEYS = read_keys("cd" * 32)
SEED = bytes(range(16))

seeds = st.binary(min_size=16, max_size=16)


@given(seeds)
def test_a_token_has_its_shape_and_128_bits(seed):
    token = token_of(new_seed(seed, KEYS), KEYS)
    assert is_token(token)
    assert len(base64.urlsafe_b64decode(token + "==")) == 16


@given(seeds, seeds)
def test_the_same_seed_gives_the_same_token_and_another_gives_another(one, other):
    tokens = {token_of(new_seed(seed, KEYS), KEYS) for seed in (one, one, other)}
    assert len(tokens) == len({one, other})


def test_the_key_decides_and_none_is_a_key_too():
    token = token_of(new_seed(SEED, KEYS), KEYS)
    assert token != token_of(new_seed(SEED, OTHER_KEYS), OTHER_KEYS)
    assert token != token_of(new_seed(SEED, {}), {})


def test_an_old_key_still_tells_its_tokens():
    rotated = OTHER_KEYS | KEYS
    seed = new_seed(SEED, KEYS)
    assert token_of(seed, rotated) == token_of(seed, KEYS)
    assert new_seed(SEED, rotated).key_id == next(iter(OTHER_KEYS))


def test_a_token_whose_key_is_gone_is_not_told_again():
    seed = new_seed(SEED, KEYS)
    with pytest.raises(UnknownKeyError):
        token_of(seed, {})
    assert told_again(seed, {}) is None
    assert told_again(None, KEYS) is None
    assert told_again(seed, KEYS) == token_of(seed, KEYS)


def test_what_is_made_for_webhooks_is_no_token():
    secret = secret_of(SigningSeed(seed=SEED, key_id=next(iter(KEYS))), KEYS).value
    token = base64.urlsafe_b64decode(token_of(new_seed(SEED, KEYS), KEYS) + "==")
    assert not secret.startswith(token)


def test_what_is_kept_is_the_hash_of_the_text():
    assert token_sha256("A" * 22) == hashlib.sha256(b"A" * 22).digest()


@pytest.mark.parametrize(
    "text", ["", "A" * 21, "A" * 23, "A" * 21 + "\n", "A" * 22 + "\n", "Ä" * 22]
)
def test_other_shapes_are_none(text):
    assert not is_token(text)
