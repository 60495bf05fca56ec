"""What is kept of a password."""

import hashlib

from service.actions import passwords
from service.actions.passwords import hash_password, is_password, new_password


def test_a_password_is_known_again_and_another_is_not():
    password = new_password()
    kept = hash_password(password)
    assert is_password(password, kept)
    assert not is_password(password + "x", kept)
    assert password not in kept


def test_the_same_password_is_kept_in_another_way_each_time():
    assert hash_password("same") != hash_password("same")


def test_nobodys_password_is_none():
    assert not is_password("", None)
    assert not is_password("wrong", None)


def test_no_account_takes_as_much_work_as_a_wrong_password(monkeypatch):
    scrypt, worked = hashlib.scrypt, []

    def counted(password, **parameters):
        worked.append({name: parameters[name] for name in ("n", "r", "p", "dklen")})
        return scrypt(password, **parameters)

    kept = hash_password("right")
    monkeypatch.setattr(hashlib, "scrypt", counted)
    assert not is_password("wrong", kept)
    assert not is_password("wrong", None)
    assert worked[0] == worked[1]


def test_a_hash_made_with_other_parameters_is_still_read(monkeypatch):
    monkeypatch.setattr(passwords, "COST_LOG2", 10)
    kept = hash_password("from before")
    monkeypatch.undo()
    assert "$10-8-3$" in kept
    assert is_password("from before", kept)
