"""A while in which couriers ask, alone or with consoles beside them, and the api is looked at.

It is looked at as often in every part, as that costs something itself.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct

from loadtests.live.asking import Asked, RemoteAskingFleet
from loadtests.live.lab import Lab
from loadtests.live.nuisances import HOSTILE
from loadtests.live.probe import Usage, resident_kib, spent_s
from loadtests.live.queues import queues
from loadtests.live.remote import Remote
from loadtests.live.watched import Watched
from service.clock import monotonic_s

LOOK_S = 0.25


class Pace(Struct, frozen=True, kw_only=True):
    """Each part lasts for `part_s`; one with hostile consoles until the last of them is gone."""

    consoles_count: int
    questions_per_s: float
    arrive_s: float  # from the first to the last of the consoles
    part_s: float
    beside_s_max: float


class Part(Struct, frozen=True, kw_only=True):
    """A while with some consoles beside the couriers, and how the api looked from outside."""

    name: str
    asked: Asked
    watched: list[Watched]
    rss_kib_before: int
    rss_kib_max: int
    processor_s: dict[str, float]


class Scene(NamedTuple):
    """Who takes part."""

    lab: Lab
    fleet: RemoteAskingFleet
    consoles: Remote
    pace: Pace

    async def part(self, name: str, kinds: Sequence[str]) -> Part:
        """Let consoles of these kinds in, and the couriers ask for as long as they are there."""
        before = self._usage()
        api = self.lab.pids()["api"][0]
        rss_kib = resident_kib(api)
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(self._watch(api, kinds))
            asked = await self._inquire_until_done(watching)
        watched, rss_kib_max = watching.result()
        await self.consoles.do("end")
        return Part(
            name=name,
            asked=asked,
            watched=watched,
            rss_kib_before=rss_kib,
            rss_kib_max=rss_kib_max,
            processor_s=spent_s(before, self._usage()),
        )

    def _usage(self) -> dict[str, Usage]:
        return self.lab.usage(client=self.fleet.pid, hostile=self.consoles.pid)

    async def _watch(self, api: int, kinds: Sequence[str]) -> tuple[list[Watched], int]:
        """Let the consoles in, and look at them for a part, or until the hostile ones are gone.

        Return what was seen of each, and the most memory of the api in KiB.
        """
        pace, began_s = self.pace, monotonic_s()
        watched, rss_kib_max = dict[int, Watched](), 0
        count = pace.consoles_count if kinds else 0
        while (passed_s := monotonic_s() - began_s) < pace.beside_s_max:
            due_count = min(count, int(count * (passed_s + LOOK_S) / pace.arrive_s)) - len(watched)
            if due_count:
                watched |= await self._let_in(due_count, kinds)
            found, now_s = queues(api, self.lab.port), monotonic_s()
            for port, one in watched.items():
                one.look(found.get(port), now_s=now_s)
            rss_kib_max = max(rss_kib_max, resident_kib(api))
            is_waited_for = kinds == HOSTILE and any(
                one.gone_at_s is None for one in watched.values()
            )
            if passed_s >= pace.part_s and not is_waited_for:
                break
            await asyncio.sleep(LOOK_S)
        return list(watched.values()), rss_kib_max

    async def _let_in(self, count: int, kinds: Sequence[str]) -> dict[int, Watched]:
        """Let so many consoles in; return them by their port."""
        words = {"count": count, "kinds": kinds}
        ports = await self.consoles.ask(dict[str, list[int]], "begin", **words)
        now_s = monotonic_s()
        return {
            port: Watched(
                kind=kind, came_at_s=now_s, costs_at_s=now_s if kind == "flooding" else None
            )
            for kind, each in ports.items()
            for port in each
        }

    async def _inquire_until_done(self, watching: asyncio.Task[tuple[list[Watched], int]]) -> Asked:
        took_s, unanswered_count, pace = list[float](), 0, self.pace
        while not watching.done():
            words = {"rate_per_s": pace.questions_per_s, "duration_s": pace.part_s / 10.0}
            asked = await self.fleet.inquire(**words)
            took_s += asked.took_s
            unanswered_count += asked.unanswered_count
        return Asked(took_s=took_s, unanswered_count=unanswered_count)
