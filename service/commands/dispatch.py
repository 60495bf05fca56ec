"""`hexhaul dispatch`: the matching loop of every market."""

import click

from service.commands.process import run_process
from service.dispatch.run import run_dispatch


@click.command()
def dispatch() -> None:
    """Match couriers and jobs. Any number may run; one leads each market."""
    run_process("dispatch", run_dispatch, niceness=5)
