"""Strangers in a process of their own, many at once; drive them with `loadtests.live.remote`."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from typing import Self

import msgspec

from loadtests.hostile.document import Document, read_document
from loadtests.hostile.intruders import intrude
from loadtests.hostile.patience import open_patient
from loadtests.hostile.tally import Tally
from loadtests.hostile.verdicts import Asker
from loadtests.hostile.web import Targets, ask_routes
from loadtests.hostile.wire import send_bytes

WEB_LANES_COUNT = 10
WIRE_LANES_COUNT = 40  # many wait for an end that takes seconds
INTRUDER_LANES_COUNT = 3
PATIENCE_S = 20.0


class Strangers:
    """Every method does so many things, shared among its lanes, and returns the tally.

    Args:
        address: host:port of the api, which also tells its OpenAPI document.
        askers: as whom to come.
        ids_of_others: of jobs and the like in the market that works.
    """

    def __init__(
        self,
        *,
        address: str,
        askers: Sequence[dict[str, object]],
        ids_of_others: Sequence[str],
    ) -> None:
        self._address, self._ids_of_others = address, ids_of_others
        self._askers = [msgspec.convert(asker, Asker) for asker in askers]
        self._document = Document(operations=(), schemas={})

    async def __aenter__(self) -> Self:
        async with open_patient(self._url, timeout_s=PATIENCE_S) as http:
            answer = await http.get("/schema/openapi.json")
            self._document = read_document(answer.raise_for_status().json())
        return self

    @property
    def _url(self) -> str:
        return f"http://{self._address}"

    async def __aexit__(self, *ending: object) -> None:
        """Nothing is left open between two attacks."""

    async def ask(self, *, count: int, seed: int) -> Tally:
        """Ask the routes of the document."""
        targets = Targets(
            address=self._address,
            document=self._document,
            askers=self._askers,
            ids_of_others=self._ids_of_others,
        )
        return await _together(
            ask_routes(targets, seed=lane_seed, count=each)
            for lane_seed, each in _lanes(seed, count, WEB_LANES_COUNT)
        )

    async def send(self, *, count: int, seed: int) -> Tally:
        """Send bytes that are hardly HTTP."""
        return await _together(
            send_bytes(self._address, self._askers, seed=lane_seed, count=each)
            for lane_seed, each in _lanes(seed, count, WIRE_LANES_COUNT)
        )

    async def intrude(self, *, count: int, seed: int) -> Tally:
        """Abuse handshakes, as those who have a key."""
        with_key = [asker for asker in self._askers if asker.audience is not None]
        return await _together(
            intrude(self._url, with_key[lane::INTRUDER_LANES_COUNT], seed=lane_seed, count=each)
            for lane, (lane_seed, each) in enumerate(_lanes(seed, count, INTRUDER_LANES_COUNT))
        )


def _lanes(seed: int, count: int, lanes_count: int) -> list[tuple[int, int]]:
    """Return seed and share of each lane, as many lanes as there is something for."""
    shares = [count // lanes_count + (lane < count % lanes_count) for lane in range(lanes_count)]
    return [(seed * 1_000 + lane, share) for lane, share in enumerate(shares) if share]


async def _together(attacks: Iterable[Awaitable[Tally]]) -> Tally:
    tally = Tally()
    for done in await asyncio.gather(*attacks):
        tally.plus(done)
    return tally
