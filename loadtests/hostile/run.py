"""One run: warm up, attack by all ways at once while the canary lives, and look what is left."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager

from msgspec import Struct

from loadtests.hostile.canary import Lives
from loadtests.hostile.held import Held, at_rest, left_behind, settled
from loadtests.hostile.inside import call_names, set_urls
from loadtests.hostile.logged import Logged, read_logs
from loadtests.hostile.plan import Plan
from loadtests.hostile.scene import STRICT, Scene, open_scene
from loadtests.hostile.tally import Tally
from service.clock import monotonic_s

SHOWN_COUNT_MAX = 3  # examples, of each kind of what is broken


class _Heard(Struct):
    """What attackers by frames tell."""

    hostilities_count: int
    answers: dict[str, int]
    kinds: dict[str, int]
    surprises: list[str]


class Result(Struct, frozen=True, kw_only=True):
    """Everything that a run is judged by."""

    tallies: dict[str, Tally]
    lives: Lives
    before: dict[str, Held]
    after: dict[str, Held]
    logged: Logged
    stolen_count: int
    attacked_s: float
    elapsed_s: float

    @property
    def broken(self) -> list[str]:
        """Return in words what must not be."""
        surprises = [
            f"{way}: {tally.surprises_count} surprises: {tally.surprises[:SHOWN_COUNT_MAX]}"
            for way, tally in self.tallies.items()
            if tally.surprises_count
        ]
        faults = [f"logged: {dict(self.logged.faults)}"] if self.logged.faults else []
        lives = [f"the canary: {words}" for words in self.lives.failures[:SHOWN_COUNT_MAX]]
        stolen = [f"{self.stolen_count} answers of strangers to the canary's offers"]
        return [
            *surprises,
            *faults,
            *lives,
            *(stolen if self.stolen_count else []),
            *left_behind(self.before, self.after),
        ]


async def run(plan: Plan, *, tell: Callable[[str], None]) -> Result:
    """Run; `tell` hears how it goes.

    Raises:
        SceneError: the service does not work, before anybody was hostile.
    """
    began_s = monotonic_s()
    async with open_scene() as scene:
        tell(f"a job was lived in every market, after {monotonic_s() - began_s:.0f} s")
        async with _living(scene):
            await _attack(scene, plan.warm, tell=lambda _: None)
            before = await at_rest(scene.lab)
            tell(f"warm after {monotonic_s() - began_s:.0f} s")
            attacks_s = monotonic_s()
            tallies = await _attack(scene, plan, tell=tell)
            attacked_s = monotonic_s() - attacks_s
            tell(f"attacked for {attacked_s:.0f} s")
        await scene.canary.live()
        after = await settled(scene.lab, as_before=before)
        folder = scene.lab.folder
        logs = [*folder.glob("*.log"), folder / STRICT / f"{STRICT}.log"]
        return Result(
            tallies=tallies,
            lives=scene.canary.lives,
            before=before,
            after=after,
            logged=read_logs(path for path in logs if path.stem in (*before, STRICT)),
            stolen_count=await _stolen_count(scene),
            attacked_s=attacked_s,
            elapsed_s=monotonic_s() - began_s,
        )


@asynccontextmanager
async def _living(scene: Scene) -> AsyncGenerator[None]:
    """Let the canary live job after job while the block runs."""
    task = asyncio.create_task(scene.canary.keep_living())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _attack(scene: Scene, plan: Plan, *, tell: Callable[[str], None]) -> dict[str, Tally]:
    """Attack by all ways at once; `tell` hears when one has come to its end.

    But by hooks first: what a receiver did is known by how long it took, and on a machine that has
    nothing left for anybody a good one is late as well.
    """
    seed, began_s, counts = plan.seed, monotonic_s(), plan.shares
    ways: dict[str, Coroutine[object, object, Tally]] = {
        "web": scene.strangers.ask(Tally, "ask", count=counts["web"], seed=seed),
        "wire": scene.strangers.ask(Tally, "send", count=counts["wire"], seed=seed),
        "intruders": scene.strangers.ask(Tally, "intrude", count=counts["intruders"], seed=seed),
        "hooks": scene.hooks.ask(Tally, "call", count=counts["hooks"], seed=seed),
        "urls": set_urls(scene.strict, scene.places[0].merchant, seed=seed, count=counts["urls"]),
        "names": call_names(seed=seed, count=counts["names"]),
        "frames": _frames(scene, seed=seed, count=counts["frames"]),
        "handshakes": _handshakes(scene, seed=seed, count=counts["handshakes"]),
    }

    async def attack(way: str) -> Tally:
        tally = await ways[way]
        took_s = monotonic_s() - began_s
        tell(f"  {way}: {tally.inputs_count:,} inputs after {took_s:.0f} s")
        return tally

    tallies = {"hooks": await attack("hooks")}
    async with asyncio.TaskGroup() as group:
        tasks = {way: group.create_task(attack(way)) for way in ways if way not in tallies}
    return tallies | {way: task.result() for way, task in tasks.items()}


async def _frames(scene: Scene, *, seed: int, count: int) -> Tally:
    words = {"count": count, "seed": seed, "ids": scene.ids_of_others}
    return _counted(await scene.frames.ask(_Heard, "attack", **words))


async def _handshakes(scene: Scene, *, seed: int, count: int) -> Tally:
    return _counted(await scene.frames.ask(_Heard, "knock", count=count, seed=seed))


def _counted(heard: _Heard) -> Tally:
    tally = Tally(inputs_count=heard.hostilities_count, kinds=heard.kinds, answers=heard.answers)
    for words in heard.surprises:
        tally.surprised(words)
    return tally


async def _stolen_count(scene: Scene) -> int:
    """Return how many offers in the market that works were declined: the canary takes them all."""
    query = (
        "SELECT count(*)::int8 AS stolen_count FROM offer"
        " WHERE market_id = $1 AND status = 'declined'"
    )
    async with scene.lab.runtime.pool.connection() as conn:
        (row,) = await conn.fetch(query, "lab")
    return int(str(row["stolen_count"]))
