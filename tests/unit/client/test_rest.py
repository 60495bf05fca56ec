"""Requests are sent again until they are answered, each time with the same key."""

import random

import httpx
import pytest

from service.client.address import DialError, KeyRefusedError
from service.client.rest import RefusedError, Rest

BASE_URL = "http://127.0.0.1:8000"


class Server:
    """Answers requests with the given answers, one after the other."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def rest_of(server: Server) -> Rest:
    http = httpx.AsyncClient(base_url=BASE_URL, transport=httpx.MockTransport(server))
    return Rest(http, key="hh_test_k", rng=random.Random(1))


def problem(status: int, code: str) -> httpx.Response:
    body = {
        "type": "about:blank",
        "title": code,
        "status": status,
        "code": code,
        "detail": code,
        "request_id": "r",
    }
    return httpx.Response(status, json=body)


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.Response(503, headers={"Retry-After": "0"}),
        httpx.Response(429),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("nothing came"),
        httpx.RemoteProtocolError("the server hung up"),
        problem(409, "lock_contention"),
    ],
)
async def test_a_post_is_sent_again_with_the_same_key(trouble: httpx.Response | Exception) -> None:
    server = Server(trouble, httpx.Response(201, content=b"{}"))
    answer = await rest_of(server).send("POST", "/v1/jobs", idempotency_key="k-1")
    assert answer == b"{}"
    assert [request.headers["idempotency-key"] for request in server.requests] == ["k-1", "k-1"]
    assert server.requests[0].headers["authorization"] == "Bearer hh_test_k"


async def test_a_refusal_is_final_and_tells_its_code() -> None:
    server = Server(problem(409, "market_paused"))
    with pytest.raises(RefusedError) as refused:
        await rest_of(server).send("POST", "/v1/jobs", idempotency_key="k-1")
    assert refused.value.code == "market_paused"


async def test_an_answer_that_is_no_problem_is_told_by_its_status() -> None:
    with pytest.raises(RefusedError) as refused:
        await rest_of(Server(httpx.Response(404, text="nothing here"))).send("GET", "/v1/x")
    assert refused.value.code == "http_404"


async def test_a_courier_connects_with_a_new_ticket_each_time() -> None:
    server = Server(*(httpx.Response(201, json={"ticket": t, "expires_in_s": 30}) for t in "ab"))
    rest = rest_of(server)
    path, ticket_path = "/v1/courier", "/v1/courier/tickets"
    urls = [(await rest.address_with_ticket(path, ticket_path=ticket_path)).url for _ in range(2)]
    assert urls == [f"ws://127.0.0.1:8000/v1/courier?ticket={ticket}" for ticket in "ab"]


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (401, "unauthenticated", KeyRefusedError),
        (403, "forbidden", KeyRefusedError),
        (404, "not_found", DialError),
    ],
)
async def test_no_ticket_means_no_address(status: int, code: str, error: type[DialError]) -> None:
    rest = rest_of(Server(problem(status, code)))
    with pytest.raises(error):
        await rest.address_with_ticket("/v1/courier", ticket_path="/v1/courier/tickets")


async def test_a_server_shows_its_key_in_the_header() -> None:
    address = await rest_of(Server()).address_with_key("/v1/stream")
    assert address.url == "ws://127.0.0.1:8000/v1/stream"
    assert address.headers == {"Authorization": "Bearer hh_test_k"}
