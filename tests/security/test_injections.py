"""Text of strangers stays text: in logs, headers and spreadsheets; and bodies are closed."""

import asyncio
import csv
import io

import pytest
from structlog.testing import capture_logs

from loadtests.hostile.document import read_document
from service.api.present_statements import csv_of
from service.logs import EVENTS
from tests.integration.api.conftest import JOB
from tests.integration.api.talk import resumed
from tests.security.test_foreign_ids import UNKNOWN_ID

FORGED = '{"event":"forged","level":"error"}'
BREAKS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1e", "\x00", "\x1b[2J"]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '="a"', "=HYPERLINK(1)"]


def job_with(text, place):
    match place:
        case "reference":
            return JOB | {"reference": text}
        case "address":
            return JOB | {"pickup": JOB["pickup"] | {"address": text}}
        case "name":
            return JOB | {"pickup": JOB["pickup"] | {"contact": {"name": text}}}
    return JOB | {"pickup": JOB["pickup"] | {"instructions": text}}


@pytest.mark.parametrize("place", ["reference", "address", "name", "instructions"])
async def test_a_text_with_what_breaks_lines_is_refused(merchant, place):
    for mark in BREAKS:
        if (place, mark) == ("instructions", "\n"):
            continue  # people write lines
        answer = await merchant.post(
            "/v1/jobs", json=job_with(f"x{mark}{FORGED}", place), headers={"Idempotency-Key": "k"}
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_params"), repr(mark)


async def test_nothing_that_strangers_say_is_logged(address, keys, merchant, post):
    forging = {"X-Request-Id": FORGED, "User-Agent": FORGED, "Referer": FORGED}
    with capture_logs() as logs:
        job = await post(reference=FORGED)
        await merchant.get(f"/v1/jobs/{FORGED}", headers=forging)
        await merchant.get("/v1/jobs", params={"reference": f"\n{FORGED}\n"}, headers=forging)
        await merchant.post(f"/v1/jobs/{job['id']}/cancellation", json={"reason": f"\n{FORGED}"})
        async with resumed(address, "/v1/courier", keys[1]) as talk:
            await talk.say("decline_offer", offer_id=UNKNOWN_ID, reason=f"\n{FORGED}\n", ref="r")
            assert (await talk.hear("refused"))["code"] == "invalid_params"
            await talk.say(f"\n{FORGED}\n")
            assert await talk.close_code() == 4400
    events = {entry["event"] for entry in logs}
    assert "socket_opened" in events  # or nothing would be proven
    assert events <= EVENTS
    assert "forged" not in repr(logs)


async def test_a_header_of_a_request_makes_no_header_of_the_answer(address, keys):
    host, port = address.split(":")
    for evil in (
        b"x\r\n X-Injected: yes",
        b"x\n X-Injected: yes",
        b"x\rX-Injected: yes",
        b"\xc4\x8d",
    ):
        head = (
            f"GET /v1/jobs HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n"
            f"Authorization: Bearer {keys[0].text}\r\n"
        )
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(head.encode() + b"X-Request-Id: " + evil + b"\r\n\r\n")
        told = (await reader.read()).partition(b"\r\n\r\n")[0].lower()
        writer.close()
        assert told.startswith(b"http/1.1 ")
        assert b"x-injected" not in told
        (echoed,) = [line for line in told.split(b"\r\n") if line.startswith(b"x-request-id:")]
        assert b"yes" not in echoed


def test_no_cell_of_an_export_is_a_formula():
    text = csv_of([[formula, "plain", None, -7] for formula in FORMULAS]).decode()
    for formula, row in zip(FORMULAS, csv.reader(io.StringIO(text, newline="")), strict=True):
        assert row == [f"'{formula}", "plain", "", "-7"]


async def test_no_request_takes_a_field_that_is_not_in_the_document(address, merchant):
    """Mass assignment, for bodies of every route and all that is in them."""
    text = (await merchant.get("/schema/openapi.json")).json()
    document = read_document(text)
    bodies = [operation.body for operation in document.operations if operation.body is not None]
    assert len(bodies) > 10
    waiting, seen = list(bodies), []
    while waiting:
        schema = waiting.pop()
        if isinstance(schema, list):
            waiting += schema
        elif isinstance(schema, dict):
            schema = document.resolved(schema)
            if schema in seen:
                continue
            seen.append(schema)
            is_closed = schema.get("additionalProperties") is False
            assert "properties" not in schema or is_closed, schema
            waiting += [each for name, each in schema.items() if name not in ("enum", "examples")]
            waiting += list(schema.get("properties", {}).values())
