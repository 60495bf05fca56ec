"""Where a request comes from: what a stranger writes into a header is not believed."""

import pytest

from service.api.addresses import UNKNOWN, address_of, networks_of

TRUSTED = networks_of("10.0.0.0/8 192.0.2.7 fd00::/8")


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),  # no proxy of ours: a lie
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 192.0.2.7", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("", "198.51.100.1", UNKNOWN),  # a socket without addresses
        ("::ffff:203.0.113.5", "", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("fd00::1", "2001:db8::9", "2001:db8::/64"),
    ],
)
def test_the_nearest_stranger_is_who_asks(peer, forwarded_for, address):
    assert address_of(peer, forwarded_for=forwarded_for, trusted=TRUSTED) == address


def test_a_network_that_is_none_is_refused():
    with pytest.raises(ValueError, match=r"10\.0\.0\.0/99"):
        networks_of("10.0.0.0/99")
