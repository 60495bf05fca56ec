"""A program: prepare the database, create the market and everybody in it, and print their keys.

Run as a file with the version of the service in `PYTHONPATH` that is to do it, which need not be
the one that this file is of: what it imports is as old as the oldest that is deployed from.
"""

import asyncio
import json

import click

from loadtests.faults.lab import TIME_SCALE
from loadtests.faults.world import enroll_everybody
from service.runtime import open_runtime
from service.settings import read_settings
from service.store.history import Timing, prepare_database


async def found() -> list[str]:
    """Return the keys of operator, stranger, merchants and couriers."""
    settings = read_settings()
    await prepare_database(settings, timing=Timing(time_scale=TIME_SCALE))
    async with open_runtime(settings) as runtime:
        return await enroll_everybody(runtime)


if __name__ == "__main__":
    click.echo(json.dumps(asyncio.run(found())))
