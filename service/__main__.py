"""`hexhaul`, also `python -m service`: the commands, each in a file of its own."""

import importlib

import click

from service.settings import UnfitError

# name -> module:attribute; imported when called, because some load the solver and some must not.
_COMMANDS = {
    "api": "service.commands.api:api",
    "audit": "service.commands.audit:audit",
    "bench": "service.commands.bench:bench",
    "backtest": "service.commands.backtest:backtest",
    "demo": "service.commands.demo:demo",
    "dispatch": "service.commands.dispatch:dispatch",
    "doctor": "service.commands.doctor:doctor",
    "enroll": "service.commands.market:enroll",
    "kernels": "service.commands.kernels:kernels",
    "key": "service.commands.key:key",
    "ledger": "service.commands.ledger:ledger",
    "market": "service.commands.market:market",
    "migrate": "service.commands.migrate:migrate",
    "operator": "service.commands.operator:operator",
    "privacy": "service.commands.privacy:privacy",
    "relay": "service.commands.relay:relay",
    "replay": "service.commands.replay:replay",
    "restored": "service.commands.migrate:restored",
    "revoke": "service.commands.market:revoke",
    "roles": "service.commands.roles:roles",
    "sbom": "service.commands.sbom:sbom",
    "schema": "service.commands.schema:schema",
    "up": "service.commands.up:up",
    "webhooks": "service.commands.webhooks:webhooks",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return sorted(_COMMANDS)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what keeps every process from running is told without a trace."""
        try:
            return super().invoke(ctx)
        except UnfitError as error:
            raise click.ClickException(str(error)) from error

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002  # click's signature
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Commands)
@click.version_option(package_name="hexhaul")
def main() -> None:
    """Hexhaul: a crowdshipping marketplace backend with real-time matching."""


if __name__ == "__main__":
    main(prog_name="hexhaul")
