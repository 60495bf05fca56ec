"""Ops, merchant and courier talk about a job: each once, in order, and nobody else hears."""

from uuid import uuid4

import pytest

from tests.integration.api.acts import last_entry
from tests.integration.api.talk import on_duty, resumed
from tests.integration.api.test_job_walk import offered, taken
from tests.integration.api.test_rest import check_problem

pytestmark = pytest.mark.usefixtures("relay")


def path_of(job, audience="/v1/ops"):
    return f"{audience}/jobs/{job['id']}/messages"


async def send(client, path, *, key="k", **body):
    return await client.post(path, json=body, headers={"Idempotency-Key": key})


async def given(talk, ops, job, courier_id):
    """Put the job into the courier's hand."""
    await taken(talk, await offered(talk, ops, job, courier_id))


async def test_what_ops_write_the_courier_hears_and_answers(
    runtime, address, keys, ids, post, ops, merchant
):
    job = await post()
    async with (
        resumed(address, "/v1/ops/feed", keys[-1]) as feed,
        on_duty(runtime, address, keys[1]) as talk,
    ):
        await given(talk, ops, job, ids[0])
        answer = await send(ops, path_of(job), text="Where are you? Ältere 🚲")
        assert answer.status_code == 201, answer.text
        told = (await talk.hear("job_message"))["message"]
        assert told == answer.json()
        assert (told["number"], told["sender"], told["courier_id"]) == (1, "ops", str(ids[0]))
        answered = {"ref": str(uuid4()), "job_id": job["id"], "quick_reply": "ten_minutes_late"}
        await talk.say("send_message", **answered)
        await talk.say("send_message", **answered)
        await talk.hear("done", ref=answered["ref"])
        mine = (await talk.hear("job_message"))["message"]
        assert (mine["text"], mine["sender"]) == ("I will be ten minutes late.", "courier")
        while (await feed.hear("event"))["event"]["data"].get("id") != mine["id"]:
            pass
        fact = feed.heard[-1]["event"]
        assert (fact["type"], fact["actor"], fact["data"]["job_id"]) == (
            *("message.sent", "courier", job["id"]),
        )
        assert "text" not in fact["data"]
        assert talk.seqs == list(range(talk.seqs[0], talk.seqs[0] + len(talk.seqs)))
    for client, path in ((ops, path_of(job)), (merchant, path_of(job, "/v1"))):
        assert (await client.get(path)).json()["messages"] == [told, mine]
    entry = await last_entry(ops)
    assert (entry["action"], entry["subject"]) == ("send_message", f"message:{told['id']}")
    assert "Where" not in str(entry)


async def test_a_merchant_writes_and_one_key_is_one_message(
    runtime, address, keys, ids, post, ops, merchant
):
    job = await post()
    check_problem(
        await send(merchant, path_of(job, "/v1"), text="Ring at no. 4"),
        409,
        "invalid_state_transition",
    )
    async with on_duty(runtime, address, keys[1]) as talk:
        await given(talk, ops, job, ids[0])
        first = await send(merchant, path_of(job, "/v1"), text="Ring at no. 4")
        again = await send(merchant, path_of(job, "/v1"), text="Ring at no. 4")
        assert (first.status_code, again.json()) == (201, first.json())
        other = await send(merchant, path_of(job, "/v1"), text="Ring at no. 5")
        check_problem(other, 422, "idempotency_mismatch")
        by_ops = await send(ops, path_of(job), text="Please do")
        assert by_ops.json()["number"] == 2
        assert (await talk.hear("job_message"))["message"]["sender"] == "merchant"
        assert (await talk.hear("job_message"))["message"]["sender"] == "ops"


async def test_who_comes_back_hears_what_was_missed_and_a_snapshot_has_the_latest(
    runtime, address, keys, ids, post, ops
):
    job = await post()
    async with on_duty(runtime, address, keys[1]) as talk:
        await given(talk, ops, job, ids[0])
        heard, epoch = talk.seqs[-1], talk.heard[0]["epoch"]
    for number in range(35):
        answer = await send(ops, path_of(job), key=f"k{number}", text=f"Message {number}")
        assert answer.status_code == 201, answer.text
    async with resumed(address, "/v1/courier", keys[1], epoch=epoch, after_seq=heard) as back:
        texts = [(await back.hear("job_message"))["message"]["text"] for _ in range(35)]
        assert texts == [f"Message {number}" for number in range(35)]
    async with resumed(address, "/v1/courier", keys[1]) as anew:
        told = anew.heard[-1]["state"]["messages"]
        assert [message["text"] for message in told] == texts[5:]


async def test_only_who_has_the_job_is_heard_and_the_next_courier_reads_nothing(
    runtime, address, keys, ids, post, ops
):
    job = await post()
    async with on_duty(runtime, address, keys[1]) as anna:
        await given(anna, ops, job, ids[0])
        assert (await send(ops, path_of(job), text="For Anna")).status_code == 201
        await anna.hear("job_message")
        freed = await ops.post(
            f"/v1/ops/jobs/{job['id']}/reassignment", json={"reason": "courier_issue"}
        )
        assert freed.status_code == 200
        await anna.say("send_message", ref="r", job_id=job["id"], text="Still here")
        assert (await anna.hear("refused", ref="r"))["code"] == "not_found"
    async with on_duty(runtime, address, keys[2]) as boris:
        await given(boris, ops, job, ids[1])
    async with resumed(address, "/v1/courier", keys[2]) as boris:
        assert boris.heard[-1]["state"]["assignment"]["jobs"] != []
        assert boris.heard[-1]["state"]["messages"] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "a\x00b"},
        {"text": "two\nlines"},
        {"text": "x" * 501},
        {"text": "Yes.", "quick_reply": "yes"},
        {"quick_reply": "maybe"},
    ],
)
async def test_what_is_no_message_is_refused_by_rest_and_on_the_socket(
    runtime, address, keys, post, ops, body
):
    job = await post()
    check_problem(await send(ops, path_of(job), **body), 400, "invalid_params")
    async with on_duty(runtime, address, keys[1]) as talk:
        await talk.say("send_message", ref="r", job_id=job["id"], **body)
        assert (await talk.hear("refused", ref="r"))["code"] == "invalid_params"


async def test_a_message_needs_a_reference(runtime, address, keys):
    async with on_duty(runtime, address, keys[1]) as talk:
        await talk.say("send_message", job_id=str(uuid4()), text="Hello")
        assert (await talk.hear("refused"))["code"] == "invalid_params"
