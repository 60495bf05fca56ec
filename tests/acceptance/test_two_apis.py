"""Two api processes share a market: one is killed, the other sent away, nobody misses a thing."""

import asyncio
import signal
from uuid import uuid4

import httpx
import pytest
from twin_city import APIS, PATIENCE_S, SEED, SPEED, open_scene, until

from service.clock import real_now
from service.runtime import open_runtime
from service.simulation.run.closing import Setting, close_run
from service.store import streams

pytestmark = pytest.mark.acceptance

JOBS_PER_MINUTE = 90.0  # real time, beside the burst around the kill
DURATION_S = 22.0  # of the posting, real time
BURST = [f"burst-{number}" for number in range(120)]
RETRY_S = 0.05
EVENTS_COUNT_MAX = 1_000_000


class Poster:
    """Posts jobs of one merchant, each with its key until it is answered."""

    def __init__(self, scene, http):
        self._http, self._url = http, f"{scene.stack.url}/v1/jobs"
        self._authorization = f"Bearer {scene.merchant_key}"
        self._places = [
            {"lat_deg": place.point.lat_deg, "lng_deg": place.point.lng_deg, "address": place.name}
            for place in scene.city.merchants[:2]
        ]
        self.answered_count = 0
        self.cut_count = 0  # posts whose connection was lost before the answer

    async def post(self, reference, key):
        pickup, dropoff = self._places
        body = {"pickup": pickup, "dropoff": dropoff, "reference": reference}
        headers = {"Authorization": self._authorization, "Idempotency-Key": key}
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    answer = await self._http.post(self._url, json=body, headers=headers)
                except httpx.TransportError:
                    self.cut_count += 1
                    await asyncio.sleep(RETRY_S)
                    continue
                if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
                    await asyncio.sleep(float(answer.headers["Retry-After"]))
                    continue
                self.answered_count += 1
                return answer


async def test_one_api_dies_and_another_leaves_and_nothing_is_lost(tmp_path):
    began_at = real_now()
    async with open_scene(tmp_path) as scene:
        await scene.all_live()
        opened = {name: scene.opened_count(name) for name in APIS}
        assert min(opened.values()) > 0, opened
        posting = scene.crew.start(
            scene.post_jobs(jobs_per_minute=JOBS_PER_MINUTE, duration_s=DURATION_S)
        )
        await until(lambda: _delivered_count(scene) > 0)
        killed = await _kill_amid_posts(scene)
        await scene.all_live()
        delivered_count = _delivered_count(scene)
        (other,) = set(APIS) - {killed}
        await scene.end(other, signal.SIGTERM)
        await scene.all_live()
        await until(lambda: _delivered_count(scene) > delivered_count)
        await posting

        setting = Setting(
            what="two apis", seed=SEED, time_scale=SPEED, tick_real_s=1.0, began_at=began_at
        )
        report, evidence = await close_run(scene.stack, scene.crowd, setting)
        assert report.is_quiet
        assert [finding for finding in report.findings if not finding.ok] == []
        assert report.restarts_count_by_process == dict.fromkeys(
            ("relay", "dispatch", "webhooks"), 0
        ) | (dict.fromkeys(APIS, 1))
        references = [job.reference for job in evidence.jobs if job.reference in BURST]
        assert sorted(references) == sorted(BURST)  # each once
        await _compare_with_the_record(scene)


def _delivered_count(scene):
    boards = [merchant.board for merchant in scene.crowd.merchants]
    return sum(status == "delivered" for board in boards for status in board.status_of.values())


async def _kill_amid_posts(scene):
    """Post many jobs at once, and kill an api before it has answered its own; then post them again.

    Which of the two takes more of the connections is up to the kernel; that one it is.
    """
    before = {name: scene.files_count(name) for name in APIS}
    keys = {reference: str(uuid4()) for reference in BURST}
    async with httpx.AsyncClient(
        trust_env=False, limits=httpx.Limits(max_connections=len(BURST)), timeout=PATIENCE_S
    ) as http:
        poster = Poster(scene, http)
        async with asyncio.TaskGroup() as group:
            posts = [group.create_task(poster.post(*pair)) for pair in keys.items()]
            await until(lambda: poster.answered_count > 0)
            killed = max(APIS, key=lambda name: scene.files_count(name) - before[name])
            await scene.end(killed, signal.SIGKILL)
        assert poster.cut_count > 0  # or the kill was too late to matter
        for task, (reference, key) in zip(posts, keys.items(), strict=True):
            first, again = task.result(), await poster.post(reference, key)
            assert (first.status_code, again.status_code) == (201, 201), (first.text, again.text)
            assert again.headers["Idempotent-Replayed"] == "true"
            assert again.json() == first.json()
    return killed


async def _compare_with_the_record(scene):
    """Check that each recorder heard the bytes on record, each event once and in order."""
    async with open_runtime(scene.stack.settings) as runtime, runtime.pool.connection() as conn:
        for owner, recorders in scene.recorders.items():
            for recorder in recorders:
                kept = await streams.read_events(
                    conn, owner=owner, after_seq=recorder.first_seq, limit_count=EVENTS_COUNT_MAX
                )
                last_seq = kept[-1].seq
                await until(lambda recorder=recorder, end=last_seq: recorder.last_seq >= end)
                assert recorder.restarts_count == 0
                assert recorder.events[: len(kept)] == [
                    (event.seq, event.message) for event in kept
                ]
            assert max(recorder.sockets_count for recorder in recorders) > 1
