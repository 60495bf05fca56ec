from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from service.domain.sealing import (
    ERASED,
    UNREADABLE,
    UNSEALED,
    chain_text,
    check_text,
    is_openable,
    moved_on,
    new_chain,
    read_chain,
    seal,
    unseal,
)

NOVEMBER = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, tzinfo=UTC)
LATER = datetime(2028, 2, 29, tzinfo=UTC)
CHAIN = new_chain(NOVEMBER)


def sealed(text="Ada", *, chain=CHAIN, at=NOVEMBER, field="contact_name"):
    return seal(text, chain, field=field, at=at)


def told(text, *, chain=CHAIN, field="contact_name"):
    return unseal(text, chain, field=field)


@pytest.mark.parametrize("text", ["Ada", "", "Žižkov 12/3, 2. Stock", "x" * 500, "sealed:2026-11:"])
@pytest.mark.parametrize("at", [NOVEMBER, DECEMBER, LATER])
def test_what_is_sealed_is_read_again_by_who_has_the_key_and_by_nobody_else(text, at):
    kept = sealed(text, at=at)
    assert not text or text not in kept.removeprefix("sealed:")
    assert told(kept) == text
    assert kept != sealed(text, at=at)  # two that are alike do not look so
    assert told(kept, chain=new_chain(NOVEMBER)) == UNREADABLE


def test_a_value_is_that_of_its_field():
    assert told(sealed(field="address"), field="contact_name") == UNREADABLE


@pytest.mark.parametrize("place", [20, 40, -1])
def test_what_was_changed_cannot_be_read(place):
    kept = list(sealed())
    kept[place] = "A" if kept[place] != "A" else "B"
    assert told("".join(kept)) in {UNREADABLE, ERASED, "".join(kept)}
    assert told("".join(kept)) != "Ada"


def test_what_was_sealed_before_the_keys_were_moved_on_is_lost_and_what_came_after_is_not():
    old, new, newest = sealed(at=NOVEMBER), sealed(at=DECEMBER), sealed(at=LATER)
    chain = moved_on(CHAIN, "2026-12")
    assert [told(one, chain=chain) for one in (old, new, newest)] == [ERASED, "Ada", "Ada"]
    assert told(sealed(chain=chain, at=LATER)) == "Ada"  # a host that has not heard of it yet
    assert CHAIN.roots[0].key.hex() not in chain_text(chain)
    assert told(sealed(chain=chain, at=NOVEMBER), chain=chain) == "Ada"  # a clock that is late
    assert moved_on(chain, "2026-10") == chain


def test_a_later_key_begins_anew():
    fresh = new_chain(DECEMBER)
    chain = read_chain(chain_text(CHAIN) + "# after a leak\n\n" + chain_text(fresh))
    kept = sealed(at=DECEMBER, chain=chain)
    assert told(kept, chain=fresh) == told(kept, chain=chain) == "Ada"
    assert told(kept) == UNREADABLE  # by the key of before
    assert told(sealed(at=NOVEMBER), chain=chain) == "Ada"
    assert moved_on(chain, "2027-01").roots[0].month == "2027-01"


def test_without_keys_texts_are_as_they_are_and_with_keys_texts_from_before_still_are():
    assert sealed(chain=UNSEALED) == "Ada"
    kept = sealed()
    assert told(kept, chain=UNSEALED) == kept
    assert told("Ada") == "Ada"
    assert told("sealed:2026-11:of the old times") == "sealed:2026-11:of the old times"


def test_keys_are_known_by_what_they_open():
    check = check_text(CHAIN, at=NOVEMBER)
    assert is_openable(check, CHAIN)
    assert is_openable(check, replace(CHAIN, seals=False))
    assert is_openable(check_text(replace(CHAIN, seals=False), at=NOVEMBER), CHAIN)
    assert is_openable(check, moved_on(CHAIN, "2026-11"))
    for others in (new_chain(NOVEMBER), new_chain(DECEMBER), UNSEALED):
        assert not is_openable(check, others)
    assert not is_openable(check, moved_on(CHAIN, "2026-12"))


def test_keys_that_only_open_seal_nothing():
    opens = replace(CHAIN, seals=False)
    assert sealed(chain=opens) == "Ada"
    assert told(sealed(), chain=opens) == "Ada"


@pytest.mark.parametrize("month", ["2020-01", "2026-11", "9999-12"])
def test_what_looks_sealed_is_sealed_even_then_and_comes_back_as_it_was(month):
    opens, text = replace(CHAIN, seals=False), f"sealed:{month}:{'A' * 60}"
    assert told(sealed(text, chain=opens), chain=opens) == text
    assert told(text) in (ERASED, UNREADABLE)  # one of the time before there were keys


def test_what_was_sealed_with_the_key_before_a_new_one_was_heard_of_is_still_read():
    fresh = new_chain(DECEMBER)
    chain = read_chain(chain_text(CHAIN) + chain_text(fresh))
    assert told(sealed(at=DECEMBER), chain=chain) == "Ada"
    assert told(sealed(at=DECEMBER, chain=new_chain(DECEMBER)), chain=chain) == UNREADABLE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "2026-11\n",
        f"2026-13 {'ab' * 32}\n",
        f"2026-11 {'ab' * 31}\n",
        f"2026-11 {'AB' * 32}\n",
        f"2026-11 {'ab' * 32}\n2026-11 {'cd' * 32}\n",
        f"2026-11 {'ab' * 32}\n2026-10 {'cd' * 32}\n",
    ],
)
def test_what_is_no_key_file_is_refused(text):
    with pytest.raises(ValueError, match=r"line|no key"):
        read_chain(text)


def test_a_key_file_is_read_as_it_was_written():
    assert read_chain(chain_text(CHAIN)) == CHAIN


def test_keys_are_told_to_nobody_by_accident():
    assert CHAIN.roots[0].key.hex() not in repr(CHAIN)
    assert repr(CHAIN.roots[0].key) not in repr(CHAIN)
