"""`hexhaul market policy`: the parameters of a market, read and set from the shell."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import click
import msgspec

from service.actions.change_policy import change_policy
from service.domain.errors import DomainError
from service.domain.ids import MarketId
from service.domain.policy import with_changes
from service.runtime import open_runtime, read_market
from service.settings import read_settings
from service.store import policies
from service.store.policies import PolicyVersion

VERSIONS_COUNT_MAX = 100  # shown at once

PolicyFile = click.Path(exists=True, dir_okay=False, path_type=Path)


def read_changes(path: Path) -> Mapping[str, object]:
    """Return the parameters that a policy file sets: one JSON object, of names and values.

    Raises:
        ClickException: the file is not such an object.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path}: {error}") from error


@click.group()
def policy() -> None:
    """Read and set the policy of a market."""


@policy.command()
@click.argument("market_id")
def show(market_id: str) -> None:
    """Print the policy of today as JSON, with its version."""
    click.echo(_pretty(asyncio.run(_list(MarketId(market_id), limit_count=1))[0]))


@policy.command()
@click.argument("market_id")
def versions(market_id: str) -> None:
    """Print when each version was set, and by whom; the newest first."""
    for version in asyncio.run(_list(MarketId(market_id), limit_count=VERSIONS_COUNT_MAX)):
        by = version.actor if version.operator_id is None else f"operator {version.operator_id}"
        click.echo(f"{version.version}\t{version.created_at.isoformat()}\t{by}")


@policy.command("set")
@click.argument("market_id")
@click.argument("file", type=PolicyFile)
@click.option("--version", type=int, help="refuse unless this is the version of today")
def set_policy(market_id: str, file: Path, *, version: int | None) -> None:
    """Set the parameters in FILE, a JSON object; all others stay. Dispatch follows at once."""
    changes = read_changes(file)
    try:
        changed = asyncio.run(_set(MarketId(market_id), changes, version))
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{market_id} follows version {changed.version}")


async def _list(market_id: MarketId, *, limit_count: int) -> list[PolicyVersion]:
    async with open_runtime(read_settings()) as runtime, runtime.pool.connection() as conn:
        found = await policies.list_policies(
            conn, market_id=market_id, before_version=None, limit_count=limit_count
        )
    if not found:
        raise click.ClickException(f"there is no market {market_id}")
    return found


async def _set(
    market_id: MarketId, changes: Mapping[str, object], version: int | None
) -> PolicyVersion:
    async with open_runtime(read_settings()) as runtime:
        async with runtime.pool.connection() as conn:
            market = await read_market(conn, market_id)
        return await change_policy(
            runtime,
            market_id=market_id,
            policy=with_changes(market.policy, changes),
            based_on_version=market.policy_version if version is None else version,
            operator_id=None,
        )


def _pretty(version: PolicyVersion) -> str:
    return msgspec.json.format(msgspec.json.encode(version), indent=2).decode()
