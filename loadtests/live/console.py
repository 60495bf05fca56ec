"""How smooth is the console of ops in a browser while thousands of couriers move?

Couriers report and jobs are posted and carried out; a browser without a screen looks at the city,
once from where cells are shown and once from where couriers are. Its maps are drawn in software, on
the same cores as everything else: what counts is the time that our own code takes of each frame.
"""

import asyncio

import msgspec
from msgspec import Struct

from loadtests.live.fleet import remote_fleet
from loadtests.live.lab import Lab, LabPlan, open_lab
from loadtests.live.looking import Console, Loaded, View, open_console
from loadtests.live.offer_latency import first_offer, keep_reporting
from loadtests.live.outcome import Outcome, Panel, Target, curve, distribution, holds
from loadtests.live.people import CENTER_DEG, MARKET_ID
from loadtests.live.posting import RemoteShop, remote_shop
from loadtests.live.probe import spent_s
from loadtests.live.setting import Setting
from service.actions.operator_accounts import add_operator
from service.domain.vocabulary import OperatorRole

QUESTION = "How smooth is the console in a browser, and what does it cost, while couriers move?"
FIRST_CONTENT_MS_MAX = 1_000.0
OWN_MS_PER_FRAME_MAX = 8.0  # half of a frame at 60 a second
ZOOMS_TO_COURIERS = 2  # closer by so many steps, fewer than 500 are in sight, and each is drawn
LOADS_COUNT = 5
POSTING_S = 5.0
LOGIN = "looker"


class Size(Struct, frozen=True, kw_only=True):
    couriers_count: int
    merchants_count: int
    jobs_per_s: float
    settle_s: float
    watch_s: float  # each view


WHOLE = Size(couriers_count=5_000, merchants_count=20, jobs_per_s=5.0, settle_s=20.0, watch_s=60.0)
QUICK = Size(couriers_count=1_000, merchants_count=5, jobs_per_s=2.0, settle_s=5.0, watch_s=10.0)
LEAST = Size(couriers_count=40, merchants_count=2, jobs_per_s=4.0, settle_s=1.0, watch_s=1.5)
S_MAX = 900.0


class _Seen(Struct, frozen=True, kw_only=True):
    """All that was measured."""

    loaded: list[Loaded]
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
        await fleet.enlist(lab.people.enlisted(size.couriers_count), center_deg=CENTER_DEG)
        await fleet.dial(size.couriers_count)
        setting.tell("all couriers are connected")
        busy = [group.create_task(keep_reporting(fleet, size.couriers_count))]
        await first_offer(lab, fleet, shop)
        busy.append(group.create_task(_keep_posting(lab, shop, size.jobs_per_s)))
        await console.log_in(LOGIN, await _password(lab))
        await asyncio.sleep(size.settle_s)
        before = lab.usage(fleet=fleet.pid, shop=shop.pid)
        seen = await _look(console, size, setting)
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


async def _look(console: Console, size: Size, setting: Setting) -> _Seen:
    far = await console.watch(size.watch_s)
    setting.tell(f"far out: {far.frames_per_s:.0f} frames a second")
    await console.zoom_in(ZOOMS_TO_COURIERS)
    await asyncio.sleep(size.settle_s)
    near = await console.watch(size.watch_s)
    setting.tell(f"close in: {near.frames_per_s:.0f} frames a second")
    loaded = [await console.load_anew() for _ in range(LOADS_COUNT)]
    return _Seen(loaded=loaded, far=far, near=near, complaints=console.complaints)


def _outcome(size: Size, seen: _Seen, processor_s: dict[str, float]) -> Outcome:
    first_ms = distribution([each.first_content_ms or float("inf") for each in seen.loaded])
    console_ms = distribution([each.console_ms for each in seen.loaded])
    views = {"cells, far out": seen.far, "couriers, close in": seen.near}
    frames_ms = {name: distribution(view.frame_ms) for name, view in views.items()}
    return Outcome(
        sizes=msgspec.to_builtins(size),
        targets=(
            Target(
                name="first content of the page, the slowest of some loads",
                unit="ms",
                wanted="at most",
                limit=FIRST_CONTENT_MS_MAX,
                measured=first_ms.most,
            ),
            *(
                Target(
                    name=f"our own code in a frame ({name})",
                    unit="ms",
                    wanted="at most",
                    limit=OWN_MS_PER_FRAME_MAX,
                    measured=view.own_ms_per_frame,
                )
                for name, view in views.items()
            ),
        ),
        broken=holds(not seen.complaints, f"the page complained: {seen.complaints[:3]}"),
        figures={
            "first_content_ms": first_ms,
            "console_shown_ms": console_ms,
            "views": {
                name: {
                    "couriers_drawn_count": view.couriers_drawn_count,
                    "cells_drawn_count": view.cells_drawn_count,
                    "frames_per_s": view.frames_per_s,
                    "frame_ms": frames_ms[name],
                    "own_ms_per_frame": view.own_ms_per_frame,
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
                title="Our own code in a frame",
                across="",
                up="ms",
                bars={name: view.own_ms_per_frame for name, view in views.items()},
                limits={"wanted": OWN_MS_PER_FRAME_MAX},
            ),
        ),
    )
