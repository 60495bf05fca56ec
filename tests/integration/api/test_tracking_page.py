"""The page behind a recipient's link, as a browser without scripts has it."""

from urllib.parse import urlencode

import pytest

from service.api.tracking_page import FIELDS_COUNT_MAX
from tests.plain_http import PlainClient

NOBODYS = "A" * 22


@pytest.fixture
async def stranger(address):
    """A browser that knows nothing but the link."""
    async with PlainClient(base_url=f"http://{address}") as client:
        yield client


async def link_of(post, **changes):
    """Post a job; return the path of its page."""
    return f"/t/{(await post(**changes))['tracking_token']}"


async def test_the_page_is_for_this_reader_only(stranger, post):
    answer = await stranger.get(await link_of(post))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "form-action 'self'" in policy
    for text in ("Bakery Strobl", "Max", "Naschmarkt 5"):
        assert text in answer.text
    for text in ("Graben", "+4315331234", "ring twice"):
        assert text not in answer.text


@pytest.mark.parametrize("token", [NOBODYS, "zzqq", "%3Cscript%3E", "A" * 4_000])
async def test_a_foreign_token_opens_a_page_that_says_nothing(stranger, post, token):
    await post()
    answer = await stranger.get(f"/t/{token}")
    assert answer.status_code == 404
    assert "This link leads nowhere" in answer.text
    assert token not in answer.text
    same = await stranger.get(f"/t/{NOBODYS}")
    assert answer.text == same.text


async def test_a_form_tells_the_courier(stranger, post, merchant):
    link = await link_of(post)
    form = {"instructions": "second door\r\nleft", "safe_place": " with Ida "}
    sent = await stranger.post(f"{link}/instructions", data=form)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{link}?said=instructions")
    page = (await stranger.get(sent.headers["location"])).text
    assert "Your courier will read this." in page
    assert ">second door\nleft</textarea>" in page
    assert 'value="with Ida"' in page


async def test_a_field_left_empty_takes_back_what_was_said(stranger, post):
    link = await link_of(post)
    await stranger.post(f"{link}/instructions", data={"safe_place": "with Ida"})
    await stranger.post(f"{link}/instructions", data={"instructions": "", "safe_place": ""})
    assert "with Ida" not in (await stranger.get(link)).text


@pytest.mark.parametrize(
    "form",
    [
        {"instructions": "x" * 281},
        {"safe_place": "x" * 101},
        {"safe_place": "a\0b"},
        {"courier_id": "1"},
        {f"field-{number}": "1" for number in range(FIELDS_COUNT_MAX + 1)},
    ],
)
async def test_what_breaks_the_rules_is_refused_in_words(stranger, post, form):
    link = await link_of(post)
    answer = await stranger.post(f"{link}/instructions", data=form)
    assert answer.status_code == 400
    assert "That could not be taken" in answer.text
    assert f'href="{link}"' in answer.text


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/json", b'{"safe_place": "gazebo"}'),
        ("text/plain", b"safe_place=gazebo"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("application/x-www-form-urlencoded", b"safe_place=%ff%fe"),
        ("application/x-www-form-urlencoded", b"\xff"),
    ],
)
async def test_what_is_no_form_is_refused(stranger, post, media_type, body):
    link = await link_of(post)
    headers = {"Content-Type": media_type}
    answer = await stranger.post(f"{link}/instructions", content=body, headers=headers)
    assert answer.status_code == 400
    assert "gazebo" not in (await stranger.get(link)).text


async def test_a_delivery_that_was_not_made_is_not_rated(stranger, post):
    link = await link_of(post)
    body = urlencode({"score": "5", "tags": ["friendly", "on_time"]}, doseq=True)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await stranger.post(f"{link}/rating", content=body, headers=headers)
    assert answer.status_code == 409
    assert "It is too late for that" in answer.text


async def test_a_canceled_delivery_says_so_and_asks_nothing(stranger, post, merchant):
    job = await post()
    await merchant.post(f"/v1/jobs/{job['id']}/cancellation", json={"reason": "duplicate_job"})
    page = (await stranger.get(f"/t/{job['tracking_token']}")).text
    assert "was canceled" in page
    assert "<form" not in page
