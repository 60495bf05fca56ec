"""What a stranger may let us call: the tricks of server-side request forgery, and what is good."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.webhook_address import ForbiddenUrlError, check_addresses, check_url

GOOD = [
    ("https://example.com", ("example.com", 443, "/")),
    ("https://Example.COM/Hooks", ("example.com", 443, "/Hooks")),
    ("https://example.com:443/a?b=c&d=%20e", ("example.com", 443, "/a?b=c&d=%20e")),
    ("https://xn--bcher-kva.example/", ("xn--bcher-kva.example", 443, "/")),
    ("https://a-b.example.co.uk/~shop/", ("a-b.example.co.uk", 443, "/~shop/")),
    ("https://93.184.215.14/hooks", ("93.184.215.14", 443, "/hooks")),
    ("https://[2606:4700::1111]/", ("2606:4700::1111", 443, "/")),
]
TRICKS = [
    "",
    "example.com",
    "//example.com/",
    "http://example.com/",  # not secret
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/_x",
    "https://example.com:8443/",
    "https://example.com:22/",
    "https://example.com:0/",
    "https://example.com:70000/",
    "https://127.0.0.1/",
    "https://127.1/",  # short
    "https://2130706433/",  # decimal
    "https://017700000001/",  # octal
    "https://0177.0.0.1/",
    "https://0x7f000001/",  # hexadecimal
    "https://0x7f.0.0.1/",
    "https://127.0.0.1.:443/",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://intranet/",  # a name that search domains complete
    "https://example.com./",
    "https://.example.com/",
    "https://exa..mple.com/",
    "https://-example.com/",
    "https://10.0.0.1/",
    "https://100.64.0.1/",  # shared by customers of a carrier
    "https://169.254.169.254/latest/meta-data/",
    "https://168.63.129.16/machine",  # metadata on a public address
    "https://172.16.0.1/",
    "https://192.0.0.192/",
    "https://192.168.1.1/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://0.0.0.0/",
    "https://[::]/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",  # IPv4-mapped
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",  # NAT64
    "https://[2002:7f00:1::]/",  # 6to4
    "https://[2001:0:7f00:1::]/",  # Teredo
    "https://[fd00:ec2::254]/",  # metadata
    "https://[fe80::1%25eth0]/",
    "https://[ff02::1]/",
    "https://[2001:db8::1]/",
    "https://user@example.com/",
    "https://user:secret@example.com/",
    "https://example.com@127.0.0.1/",
    "https://example.com\\@127.0.0.1/",
    "https://example.com#@127.0.0.1/",
    "https://example.com?@127.0.0.1/",
    "https://example.com /",
    " https://example.com/",
    "https://example.com/\r\nHost: inside",
    "https://example.com/\x00",
    "https://exa%6dple.com/",
    "https://\uff11\uff12\uff17.0.0.1/",  # digits of another alphabet
    "https://ⓛocalhost/",
    "https://\u212ayoto.example.com/",  # folds to a letter of ours
    "https://example.com。evil.com/",
    "https://" + "a." * 130 + "com/",
    "https://example.com/" + "a" * 500,
]


@pytest.mark.parametrize(("url", "parts"), GOOD)
def test_a_public_host_by_https_may_be_called(url, parts):
    target = check_url(url, allows_loopback=False)
    assert target.is_tls
    assert (target.host, target.port, target.path) == parts


@pytest.mark.parametrize("url", TRICKS)
def test_a_trick_is_refused(url):
    with pytest.raises(ForbiddenUrlError):
        check_url(url, allows_loopback=False)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9000/", "http://localhost:9000/", "https://[::1]:9000/"]
)
def test_for_demos_and_tests_this_machine_may_be_called(url):
    assert check_url(url, allows_loopback=True).port == 9_000
    with pytest.raises(ForbiddenUrlError):
        check_url(url, allows_loopback=False)


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "http://192.168.1.1:9000/", "https://169.254.169.254/"]
)
def test_that_opens_no_way_to_other_machines(url):
    with pytest.raises(ForbiddenUrlError):
        check_url(url, allows_loopback=True)


@pytest.mark.parametrize(
    "addresses",
    [
        [],
        ["127.0.0.1"],
        ["10.1.2.3"],
        ["93.184.215.14", "10.1.2.3"],  # one of two leads inside
        ["93.184.215.14", "::1"],
        ["::ffff:93.184.215.14"],
        ["fe80::1%eth0"],
        ["2606:4700::1111%eth0"],
        ["nonsense"],
    ],
)
def test_a_name_that_leads_inside_is_refused(addresses):
    target = check_url("https://example.com/", allows_loopback=False)
    with pytest.raises(ForbiddenUrlError):
        check_addresses(target, addresses, allows_loopback=False)


def test_a_name_that_leads_to_public_addresses_is_good():
    target = check_url("https://example.com/", allows_loopback=False)
    check_addresses(target, ["93.184.215.14", "2606:4700::1111"], allows_loopback=False)


def test_by_http_a_name_may_lead_to_this_machine_only():
    target = check_url("http://example.com/", allows_loopback=True)
    check_addresses(target, ["127.0.0.1", "::1"], allows_loopback=True)
    for addresses in (["93.184.215.14"], ["127.0.0.1", "93.184.215.14"]):
        with pytest.raises(ForbiddenUrlError):
            check_addresses(target, addresses, allows_loopback=True)


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("https://example.com/", "example.com"),
        ("http://localhost:9000/", "localhost:9000"),
        ("https://[2606:4700::1111]/", "[2606:4700::1111]"),
    ],
)
def test_the_host_header_bears_the_port_where_it_is_unusual(url, authority):
    assert check_url(url, allows_loopback=True).authority == authority


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_that_is_called_is_global(address):
    """The standard library's idea of a global address is a twin of ours, but for two networks."""
    target = check_url("https://example.com/", allows_loopback=False)
    try:
        check_addresses(target, [str(address)], allows_loopback=False)
    except ForbiddenUrlError:
        return
    assert address.is_global
    assert not address.is_multicast


@given(st.ip_addresses(v=6))
def test_an_ipv6_address_that_is_called_is_global(address):
    target = check_url("https://example.com/", allows_loopback=False)
    try:
        check_addresses(target, [str(address)], allows_loopback=False)
    except ForbiddenUrlError:
        return
    assert address.is_global
    assert not address.is_multicast
    assert address.ipv4_mapped is None
    assert address.sixtofour is None
    assert address.teredo is None


@given(st.text(max_size=60))
def test_any_text_is_a_target_or_refused(text):
    for url in (text, f"https://{text}", f"https://example.com/{text}"):
        try:
            target = check_url(url, allows_loopback=False)
        except ForbiddenUrlError:
            continue
        assert target.port == 443
        assert target.host.isascii()
