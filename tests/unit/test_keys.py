"""Secrets as text: what they claim to be, and what is kept of them."""

import pytest

from service.actions.authenticate import identify, read_key
from service.actions.keys import new_credential_id, new_key, new_log_in, parse_key
from service.domain.errors import UnauthenticatedError
from service.domain.vocabulary import CredentialKind
from service.store.credentials import Credential


def kept(key, *, kind=CredentialKind.KEY, livemode=False):
    """What is kept of a secret."""
    return Credential(
        id=key.credential_id,
        kind=kind,
        secret_sha256=key.secret_sha256,
        scopes=(),
        allowed_from=(),
        merchant_id=None,
        courier_id=None,
        operator_id=None,
        role=None,
        market_id="vienna",
        admissions=(),
        livemode=livemode,
        is_fresh=True,
    )


@pytest.mark.parametrize("livemode", [True, False])
def test_a_key_says_whether_it_is_live_and_is_of_no_use_in_the_other_mode(livemode):
    key = new_key(livemode=livemode)
    claim = parse_key(key.text)
    assert claim.livemode is livemode
    assert identify(kept(key, livemode=livemode), claim=claim).credential_id == key.credential_id
    with pytest.raises(UnauthenticatedError):
        identify(kept(key, livemode=not livemode), claim=claim)


@pytest.mark.parametrize("kind", [CredentialKind.DEVICE, CredentialKind.CONSOLE])
def test_a_secret_of_one_kind_is_none_of_another(kind):
    key = new_log_in(kind, new_credential_id())
    claim = parse_key(key.text)
    assert claim.kind is kind
    identify(kept(key, kind=kind), claim=claim)
    for other in set(CredentialKind) - {kind}:
        with pytest.raises(UnauthenticatedError):
            identify(kept(key, kind=other), claim=claim)


def test_the_secret_is_neither_shown_by_repr_nor_kept():
    key = new_key(livemode=False)
    secret = key.text.rpartition("_")[2]
    assert secret not in repr(key)
    assert secret.encode() not in key.secret_sha256


@pytest.mark.parametrize("text", ["", "hh_test_", "hh_root_00000000_" + "0" * 43, "x\n"])
def test_other_texts_are_no_keys(text):
    assert parse_key(text) is None
    with pytest.raises(UnauthenticatedError):
        read_key(text)


def test_a_secret_that_differs_in_one_place_is_another():
    key = new_key(livemode=False)
    last = "0" if key.text[-1] != "0" else "1"
    with pytest.raises(UnauthenticatedError):
        identify(kept(key), claim=parse_key(key.text[:-1] + last))
