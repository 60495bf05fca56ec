"""`hexhaul relay`: tells what happened, keeps the live index, and sweeps."""

import click

from service.commands.process import run_process
from service.relay.run import run_relay


@click.command()
def relay() -> None:
    """Project facts to sockets and to the live index. Any number may run."""
    run_process("relay", run_relay)
