"""Keeps the live view of a run in the terminal up to date."""

import asyncio
from collections.abc import Sequence

from rich.console import Console
from rich.live import Live

from service.clock import Clock
from service.simulation.run.crowd import Crowd
from service.simulation.run.latency import post_to_offer
from service.simulation.run.pages import ConsoleLogIn
from service.simulation.run.screen import Login, Moment, draw_screen

INTERVAL_S = 0.5


async def show(
    crowd: Crowd, console: Console, *, title: str, url: str, clock: Clock, logins: Sequence[Login]
) -> None:
    """Draw the screen twice a second, for ever."""
    with Live(console=console, auto_refresh=False) as live:
        while True:
            moment = Moment(
                title=title,
                url=url,
                time_scale=clock.time_scale,
                market_at=clock.now(),
                connected_count=sum(c.connection.is_live for c in crowd.couriers),
                logins=tuple(logins),
                post_to_offer=post_to_offer(crowd.testify()),
            )
            live.update(draw_screen(moment, crowd.operator.feed), refresh=True)
            await asyncio.sleep(INTERVAL_S)


def logins_of(
    keys: Sequence[str], *, url: str = "", log_ins: Sequence[ConsoleLogIn] = ()
) -> list[Login]:
    """Return one login of each kind from the keys of operator, merchants and couriers."""
    return [
        *(
            Login(f"{url}/ops ({log_in.role})", f"{log_in.login}  {log_in.password}")
            for log_in in log_ins
        ),
        Login("operator's key", keys[0]),
        Login("a merchant's key", keys[1]),
        Login(f"{url}/courier" if url else "a courier's key", keys[-1]),
    ]
