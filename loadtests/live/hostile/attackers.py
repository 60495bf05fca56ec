"""Attackers in a process of their own, many at once; drive them with `loadtests.live.remote`."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from typing import Self

from loadtests.live.hostile.attack import Tally, Target, attack
from loadtests.live.hostile.doors import knock

DOOR_S_MAX = 3.0  # an answer to a handshake takes milliseconds


class Attackers:
    """Each lane attacks one door with one key, one connection after the other.

    Args:
        address: host:port of the api.
        lanes: (path, key) of each; no courier's key may be in two of them.
        codes: of refusals that are known.
        door_s_max: how long a handshake may wait for its answer.
    """

    def __init__(
        self,
        *,
        address: str,
        lanes: Sequence[tuple[str, str]],
        codes: Sequence[str],
        door_s_max: float = DOOR_S_MAX,
    ) -> None:
        self._targets = [Target(address, path, key) for path, key in lanes]
        self._codes = frozenset(codes)
        self._door_s_max = door_s_max

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *ending: object) -> None:
        """Nothing is left open between two attacks."""

    async def attack(self, *, count: int, seed: int, ids: Sequence[str]) -> dict[str, object]:
        """Send so many hostilities, shared among the lanes; return the tally."""
        each = -(-count // len(self._targets))
        return await self._all(
            attack(target, seed=seed + row, count=each, codes=self._codes, ids=ids)
            for row, target in enumerate(self._targets)
        )

    async def knock(self, *, count: int, seed: int) -> dict[str, object]:
        """Try so many handshakes, shared among the lanes; return the tally."""
        each = -(-count // len(self._targets))
        return await self._all(
            knock(target, seed=seed + row, count=each, patience_s=self._door_s_max)
            for row, target in enumerate(self._targets)
        )

    async def _all(self, attacks: Iterable[Awaitable[Tally]]) -> dict[str, object]:
        tally = Tally()
        for done in await asyncio.gather(*attacks):
            tally.plus(done)
        return {
            "connections_count": tally.connections_count,
            "hostilities_count": tally.hostilities_count,
            "answers": {str(code): count for code, count in tally.answers.most_common()},
            "kinds": dict(tally.kinds.most_common()),
            "surprises": tally.surprises,
        }
