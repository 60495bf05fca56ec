"""How smooth is the console of ops in a browser while thousands of couriers move?

Couriers report and jobs are posted and carried out; a browser without a screen looks at the city,
once from where cells are shown and once from where couriers are. Its maps are drawn in software, on
the same cores as everything else: what counts is the time that our own code takes of each frame.
"""

import asyncio
from random import Random

import httpx
import msgspec
from msgspec import Struct

from loadtests.live.fleet import remote_fleet
from loadtests.live.lab import Lab, LabPlan, open_lab
from loadtests.live.looking import Console, Loaded, View, Wanted, open_console
from loadtests.live.offer_latency import first_offer, keep_reporting
from loadtests.live.outcome import Outcome, Panel, Target, curve, distribution, holds
from loadtests.live.people import CENTER_DEG, MARKET_ID
from loadtests.live.posting import CITY, RemoteShop, job_body, remote_shop
from loadtests.live.probe import spent_s
from loadtests.live.setting import Setting
from service.actions.operator_accounts import add_operator
from service.domain.vocabulary import OperatorRole

QUESTION = "How smooth is the console in a browser, and what does it cost, while couriers move?"
SHOWN_MS_MAX = 1_000.0
OWN_MS_IN_A_FRAME_MAX = 8.0  # half of a frame at 60 a second
ZOOMS_TO_COURIERS = 3  # closer by so many steps, fewer than 500 are in sight, and each is drawn
POSTING_S = 5.0
LOGIN = "looker"
CONSOLE = Wanted(path="/ops", shown=".top-bar")


class Size(Struct, frozen=True, kw_only=True):
    couriers_count: int
    merchants_count: int
    jobs_per_s: float
    settle_s: float
    watch_s: float  # each view
    loads_count: int = 5  # of each page


WHOLE = Size(couriers_count=5_000, merchants_count=20, jobs_per_s=5.0, settle_s=20.0, watch_s=60.0)
QUICK = Size(couriers_count=1_000, merchants_count=5, jobs_per_s=2.0, settle_s=5.0, watch_s=10.0)
LEAST = Size(
    couriers_count=40,
    merchants_count=2,
    jobs_per_s=4.0,
    settle_s=1.0,
    watch_s=1.5,
    loads_count=1,
)
S_MAX = 900.0


class _Posted(Struct):
    tracking_token: str


class _Seen(Struct, frozen=True, kw_only=True):
    """All that was measured."""

    loaded: dict[str, list[Loaded]]  # by page, while nothing else is going on
    busy: list[Loaded]  # the console's, while couriers move
    far: View
    near: View
    complaints: list[str]


async def run(size: Size, setting: Setting) -> Outcome:
    """Look at a busy city for a while."""
    plan = LabPlan(
        couriers_count=size.couriers_count,
        online_count=size.couriers_count,
        merchants_count=size.merchants_count,
        environment={"HEXHAUL_OPS_COOKIE_IS_PLAIN": "true"},
    )
    async with (
        open_lab(plan) as lab,
        remote_fleet(host=lab.host, port=lab.port, accepts=True, seed=setting.seed) as fleet,
        remote_shop(host=lab.host, port=lab.port, seed=setting.seed) as shop,
        open_console(lab.stack.url) as console,
        asyncio.TaskGroup() as group,
    ):
        await console.log_in(LOGIN, await _password(lab))
        loaded = {
            name: await _load(console, page, count=size.loads_count)
            for name, page in (await _pages(lab, setting)).items()
        }
        setting.tell("all pages are loaded")
        await fleet.enlist(lab.people.enlisted(size.couriers_count), center_deg=CENTER_DEG)
        await fleet.dial(size.couriers_count)
        setting.tell("all couriers are connected")
        await console.enter()
        busy = [group.create_task(keep_reporting(fleet, size.couriers_count))]
        await first_offer(lab, fleet, shop)
        busy.append(group.create_task(_keep_posting(lab, shop, size.jobs_per_s)))
        await asyncio.sleep(size.settle_s)
        before = lab.usage(fleet=fleet.pid, shop=shop.pid)
        seen = await _look(console, size, setting, loaded=loaded)
        after = lab.usage(fleet=fleet.pid, shop=shop.pid)
        for task in busy:
            task.cancel()
    return _outcome(size, seen, spent_s(before, after))


async def _keep_posting(lab: Lab, shop: RemoteShop, rate_per_s: float) -> None:
    """Post jobs at this rate until cancelled."""
    keys = [merchant.key for merchant in lab.people.merchants]
    while True:
        await shop.post(keys, rate_per_s=rate_per_s, duration_s=POSTING_S)


async def _password(lab: Lab) -> str:
    password = await add_operator(
        lab.runtime, market_id=MARKET_ID, name="Looker", role=OperatorRole.VIEWER, login=LOGIN
    )
    assert password is not None, "nobody else has the login"
    return password


async def _pages(lab: Lab, setting: Setting) -> dict[str, Wanted]:
    """Return the three pages, that of a recipient with a job that has just been posted."""
    key = lab.people.merchants[0].key
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "page"}
    async with httpx.AsyncClient(base_url=lab.stack.url, headers=headers) as merchant:
        posted = await merchant.post("/v1/jobs", json=job_body(Random(setting.seed), CITY))
    token = msgspec.json.decode(posted.raise_for_status().content, type=_Posted).tracking_token
    return {
        "console": CONSOLE,
        "courier page": Wanted(path="/courier", shown="body:not([data-view=loading]) #main form"),
        "tracking page": Wanted(path=f"/t/{token}", shown="main h1"),
    }


async def _load(console: Console, page: Wanted, *, count: int) -> list[Loaded]:
    """Load a page some times, after a first time that warms the service up."""
    await console.load_anew(page)
    return [await console.load_anew(page) for _ in range(count)]


async def _look(
    console: Console, size: Size, setting: Setting, *, loaded: dict[str, list[Loaded]]
) -> _Seen:
    far = await console.watch(size.watch_s)
    setting.tell(f"far out: {far.frames_per_s:.0f} frames a second")
    await console.zoom_in(ZOOMS_TO_COURIERS)
    await asyncio.sleep(size.settle_s)
    near = await console.watch(size.watch_s)
    setting.tell(f"close in: {near.frames_per_s:.0f} frames a second")
    busy = await _load(console, CONSOLE, count=size.loads_count)
    return _Seen(loaded=loaded, busy=busy, far=far, near=near, complaints=console.complaints)


def _outcome(size: Size, seen: _Seen, processor_s: dict[str, float]) -> Outcome:
    views = {"cells, far out": seen.far, "couriers, close in": seen.near}
    frames_ms = {name: distribution(view.frame_ms) for name, view in views.items()}
    return Outcome(
        sizes=msgspec.to_builtins(size),
        targets=(
            *(
                Target(
                    name=f"{name}: until it shows what it is for, the slowest of some loads",
                    unit="ms",
                    wanted="at most",
                    limit=SHOWN_MS_MAX,
                    measured=max(each.shown_ms for each in visits),
                )
                for name, visits in seen.loaded.items()
            ),
            *(
                Target(
                    name=f"our own code in a frame in which all is drawn anew ({name})",
                    unit="ms",
                    wanted="at most",
                    limit=OWN_MS_IN_A_FRAME_MAX,
                    measured=view.own_ms_in_a_frame,
                )
                for name, view in views.items()
            ),
        ),
        broken=holds(not seen.complaints, f"the page complained: {seen.complaints[:3]}"),
        figures={
            "loaded": {name: _told(visits) for name, visits in seen.loaded.items()},
            "console_loaded_while_couriers_move": _told(seen.busy),
            "views": {
                name: {
                    "couriers_drawn_count": view.couriers_drawn_count,
                    "cells_drawn_count": view.cells_drawn_count,
                    "frames_per_s": view.frames_per_s,
                    "frame_ms": frames_ms[name],
                    "own_ms_in_a_frame": view.own_ms_in_a_frame,
                    "own_ms_per_frame": view.own_ms_per_frame,
                    "own_share": view.own_share,
                    "own": view.own,
                    "socket_bytes_per_s": view.socket_bytes_per_s,
                }
                for name, view in views.items()
            },
        },
        processor_s={"looking": processor_s},
        profile={},
        panels=(
            Panel(
                title="From a frame to the next, drawn in software",
                across="% of the frames",
                up="ms",
                lines={name: curve(each) for name, each in frames_ms.items()},
                is_logarithmic=True,
            ),
            Panel(
                title="Our own code in a frame in which all is drawn anew",
                across="",
                up="ms",
                bars={name: view.own_ms_in_a_frame for name, view in views.items()},
                limits={"wanted": OWN_MS_IN_A_FRAME_MAX},
            ),
        ),
    )


def _told(visits: list[Loaded]) -> dict[str, object]:
    """Return how long visits took until the first content, and until the page itself was there."""
    first_ms = [each.first_content_ms or float("inf") for each in visits]
    return {
        "first_content_ms": distribution(first_ms),
        "shown_ms": distribution([each.shown_ms for each in visits]),
    }
