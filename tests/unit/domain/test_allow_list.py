"""From where a key may be used: what is written, what is kept, and what is let in."""

from ipaddress import ip_address

import pytest

from service.domain.allow_list import NETWORKS_COUNT_MAX, canonical, check_within, is_allowed
from service.domain.errors import ForbiddenError, InvalidParamsError


def test_networks_are_kept_in_one_spelling_and_once():
    texts = ["192.0.2.0/24", "2001:DB8:0::/48", "192.0.2.0/24", "198.51.100.7", "2001:db8::1"]
    assert canonical(texts) == (
        "192.0.2.0/24",
        "2001:db8::/48",
        "198.51.100.7/32",
        "2001:db8::1/128",
    )


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "192.0.2.1/24", "192.0.2.0/33", "192.0.2", "0300.0.2.1", "1.2.3.4/-1"),
        *("2001:db8::1/48", "::/129", "fe80::1%eth0/64", "::ffff:192.0.2.0/120", "::ffff:1.2.3.4"),
    ],
)
def test_what_is_no_network_is_refused(text):
    with pytest.raises(InvalidParamsError):
        canonical([text])


def test_there_are_only_so_many():
    texts = [f"10.0.{number}.0/24" for number in range(NETWORKS_COUNT_MAX + 1)]
    assert len(canonical(texts[1:])) == NETWORKS_COUNT_MAX
    with pytest.raises(InvalidParamsError):
        canonical(texts)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("192.0.2.0", True),
        ("192.0.2.255", True),
        ("192.0.3.0", False),
        ("2001:db8::1", True),
        ("2001:db8:1::1", False),
        ("::", False),
    ],
)
def test_an_address_is_in_a_network_or_not(address, allowed):
    networks = ("192.0.2.0/24", "2001:db8::/48")
    assert is_allowed(networks, ip_address(address)) is allowed


def test_where_nobody_knows_the_address_no_list_lets_it_in():
    assert is_allowed((), None)
    assert not is_allowed(("0.0.0.0/0", "::/0"), None)


def test_all_of_one_family_is_none_of_the_other():
    assert not is_allowed(("0.0.0.0/0",), ip_address("2001:db8::1"))
    assert not is_allowed(("::/0",), ip_address("192.0.2.1"))


@pytest.mark.parametrize(
    "wider", [(), ("0.0.0.0/0",), ("192.0.2.0/23",), ("::/0",), ("192.0.2.0/25", "10.0.0.0/8")]
)
def test_a_key_passes_on_no_more_than_its_own(wider):
    own = ("192.0.2.0/24", "2001:db8::/48")
    check_within(("192.0.2.128/25", "2001:db8::/64"), own)
    check_within(wider, ())
    with pytest.raises(ForbiddenError):
        check_within(wider, own)
