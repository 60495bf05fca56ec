"""`hexhaul webhooks`: tells merchants' own endpoints what happened."""

import click

from service.commands.process import run_process
from service.webhooks.run import run_webhooks


@click.command()
def webhooks() -> None:
    """Call merchants' endpoints. Any number may run; without one, what is to be told waits."""
    run_process("webhooks", run_webhooks, niceness=5)
