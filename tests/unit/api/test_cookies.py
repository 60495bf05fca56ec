"""Which requests with a console's cookie are believed to come from a page of ours."""

import pytest
from litestar.datastructures import Headers

from service.api.cookies import check_own_page, check_plain, cookie_of
from service.domain.errors import ForbiddenError

JSON = {"content-type": "application/json; charset=utf-8", "host": "ops.example"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {"origin": "https://ops.example"},
    ],
)
def test_pages_of_ours_and_programs_may_change_something(headers):
    check_own_page("POST", Headers(JSON | headers))


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": ""},
        {"sec-fetch-site": "cross-site", "origin": "https://ops.example"},
        {"origin": "https://ops.example.evil.example"},
        {"origin": "null"},
        {"content-type": "text/plain"},
        {"content-type": ""},
    ],
)
def test_others_may_not(headers):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        with pytest.raises(ForbiddenError):
            check_own_page(method, Headers(JSON | headers))


def test_looking_is_harmless_because_others_cannot_read_the_answer():
    check_own_page("GET", Headers({"sec-fetch-site": "cross-site"}))


def test_a_cookie_by_the_other_name_is_none():
    cookies = {"hexhaul": "plain", "__Host-hexhaul": "secure"}
    assert cookie_of(cookies, is_plain=False) == "secure"
    assert cookie_of(cookies, is_plain=True) == "plain"
    assert cookie_of({"hexhaul": "plain"}, is_plain=False) is None


def test_plain_cookies_stay_on_this_machine():
    check_plain("127.0.0.1", is_plain=True)
    check_plain("::1", is_plain=True)
    check_plain("192.0.2.1", is_plain=False)
    for host in ("192.0.2.1", "::"):
        with pytest.raises(ValueError, match="ops_cookie_is_plain"):
            check_plain(host, is_plain=True)
