"""What does an idle courier cost the api process in memory, and what would a bare server take?

Memory over the process as it was with the first connections (code loaded, pools open), divided by
the sockets opened since. The bare server is an echo app on uvicorn with the same settings.
"""

import asyncio
from collections.abc import Callable

from msgspec import Struct

from loadtests.live.bare import bare_server
from loadtests.live.fleet import RemoteFleet, remote_fleet
from loadtests.live.lab import LabPlan, open_lab
from loadtests.live.outcome import Outcome, Panel, Target, distribution, holds
from loadtests.live.people import CENTER_DEG
from loadtests.live.probe import spent_s, usage
from loadtests.live.sampling import sampling
from loadtests.live.setting import Setting

QUESTION = "What does an idle courier's socket cost in memory?"
KIB_EACH_MAX = 40.0
STEPS_COUNT = 5  # looks at the memory on the way up


class Size(Struct, frozen=True, kw_only=True):
    """`settle_s` is the quiet time before each look at the memory."""

    sockets_count: int
    warm_count: int  # of them: opened before the first look
    settle_s: float


WHOLE = Size(sockets_count=10_000, warm_count=50, settle_s=3.0)
QUICK = Size(sockets_count=1_000, warm_count=50, settle_s=0.5)
LEAST = Size(sockets_count=60, warm_count=20, settle_s=0.1)
S_MAX = 300.0


class _Growth(Struct, frozen=True, kw_only=True):
    """Memory by sockets, of one server."""

    looks: list[tuple[int, int]]  # sockets open, KiB resident
    took_s: list[float]  # of each connection, from the first packet until it was of use

    @property
    def kib_each(self) -> float:
        (first_count, first_kib), (last_count, last_kib) = self.looks[0], self.looks[-1]
        return (last_kib - first_kib) / (last_count - first_count)

    def curve(self) -> list[tuple[float, float]]:
        """Return MiB over the first look, by sockets."""
        return [(count, (kib - self.looks[0][1]) / 1024.0) for count, kib in self.looks]


async def run(size: Size, setting: Setting) -> Outcome:
    """Open the sockets on our api and on a bare server, one after the other."""
    plan = LabPlan(couriers_count=size.sockets_count, is_sampled=setting.is_profiled)
    async with (
        open_lab(plan) as lab,
        remote_fleet(host=lab.host, port=lab.port, seed=setting.seed) as fleet,
    ):
        people = lab.people.enlisted(size.sockets_count)
        await fleet.enlist(people, center_deg=CENTER_DEG)
        (api,) = lab.pids()["api"]
        before = lab.usage(client=fleet.pid)
        async with sampling({"api": [api]}, lab.folder if setting.is_profiled else None) as profile:
            ours = await _grow(fleet, size, lambda: usage([api]).rss_kib)
        after = lab.usage(client=fleet.pid)
        setting.tell(f"api: {ours.kib_each:.1f} KiB each")
        told = await fleet.tell()
    async with (
        bare_server("echo") as server,
        remote_fleet(host=server.host, port=server.port, is_bare=True) as fleet,
    ):
        await fleet.enlist(people, center_deg=CENTER_DEG)
        bare = await _grow(fleet, size, lambda: usage([server.pid]).rss_kib)
        setting.tell(f"bare: {bare.kib_each:.1f} KiB each")
    return Outcome(
        sizes={"sockets_count": size.sockets_count, "warm_count": size.warm_count},
        targets=(
            Target(
                name="memory of an idle courier socket",
                unit="KiB",
                wanted="at most",
                limit=KIB_EACH_MAX,
                measured=ours.kib_each,
            ),
        ),
        broken=(
            *holds(
                told.heard.resumed_count == size.sockets_count, "not every courier resumed once"
            ),
            *holds(not told.counts.close_codes, f"connections ended: {told.counts.close_codes}"),
        ),
        figures={
            "kib_each": ours.kib_each,
            "bare_kib_each": bare.kib_each,
            "ratio_to_bare": ours.kib_each / bare.kib_each,
            "api_files_count": after["api"].files_count,
            "connect_to_resumed_ms": distribution([1e3 * took_s for took_s in ours.took_s]),
            "bare_connect_ms": distribution([1e3 * took_s for took_s in bare.took_s]),
        },
        processor_s={"opening all": spent_s(before, after)},
        profile=profile,
        panels=(
            Panel(
                title="memory over the warm process",
                across="sockets open",
                up="MiB",
                lines={"api": ours.curve(), "bare echo": bare.curve()},
            ),
            Panel(
                title="each",
                across="server",
                up="KiB per socket",
                bars={"api": round(ours.kib_each, 1), "bare echo": round(bare.kib_each, 1)},
                limits={"target": KIB_EACH_MAX},
            ),
        ),
    )


async def _grow(fleet: RemoteFleet, size: Size, look_kib: Callable[[], int]) -> _Growth:
    """Open the sockets in steps, and look at the server's memory after each."""
    looks, took_s = list[tuple[int, int]](), list[float]()
    more_count = size.sockets_count - size.warm_count
    for step in range(STEPS_COUNT + 1):
        count = size.warm_count + more_count * step // STEPS_COUNT
        took_s += await fleet.dial(count)
        await asyncio.sleep(size.settle_s)
        looks.append((count, look_kib()))
    return _Growth(looks=looks, took_s=took_s)
