"""`hexhaul privacy`: what is known of people, told to them, and forgotten."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import click
import msgspec

from service.actions import erase_accounts, erase_data, export_data, hold_job
from service.actions.check_recipient_keys import check_recipient_keys
from service.actions.export_data import Data
from service.actions.find_deliveries import Sought
from service.actions.shred_keys import shred_keys
from service.actions.unseal_recipients import unseal_recipients
from service.clock import real_now
from service.commands.asked import asked_markets
from service.domain.audit_log import SHELL
from service.domain.errors import DomainError
from service.domain.ids import CourierId, JobId, MarketId, MerchantId, OperatorId
from service.domain.personal_data import PERSONAL
from service.domain.sealing import KeyChain, new_chain
from service.domain.vocabulary import HoldReason
from service.key_file import recipient_keys_of, replace_key_file, write_new_key_file
from service.relay import retention
from service.runtime import Runtime, open_runtime
from service.settings import UnfitError, read_settings

T = TypeVar("T")

QUERY_S_MAX = 600.0  # somebody's whole history is read

_FILE = click.option("--file", "path", type=click.Path(path_type=Path), required=True)
_MARKET = click.option("--market", "market_id", required=True)
_PHONE = click.option("--phone", help="as the merchants gave it: +43...")
_NAME = click.option("--name", help="as the merchants gave it; namesakes are found too")


@click.group()
def privacy() -> None:
    """Tell people what is known of them, forget them, and forget what is old."""


@privacy.group()
def export() -> None:
    """Write all that is kept of somebody to a new file, as JSON."""


@export.command("courier")
@click.argument("courier_id", type=click.UUID)
@_FILE
def export_courier(courier_id: UUID, *, path: Path) -> None:
    """Export a courier."""
    _write(path, lambda run: export_data.export_courier(run, courier_id=CourierId(courier_id)))


@export.command("merchant")
@click.argument("merchant_id", type=click.UUID)
@_FILE
def export_merchant(merchant_id: UUID, *, path: Path) -> None:
    """Export a merchant, but for the jobs and the account, which it reads by its own keys."""
    _write(path, lambda run: export_data.export_merchant(run, merchant_id=MerchantId(merchant_id)))


@export.command("operator")
@click.argument("operator_id", type=click.UUID)
@_FILE
def export_operator(operator_id: UUID, *, path: Path) -> None:
    """Export an operator, and what they did by the audit log."""
    _write(path, lambda run: export_data.export_operator(run, operator_id=OperatorId(operator_id)))


@export.command("recipient")
@_MARKET
@_PHONE
@_NAME
@_FILE
def export_recipient(market_id: str, *, phone: str | None, name: str | None, path: Path) -> None:
    """Export a recipient, found by phone, by name, or by both.

    Pictures are written to a folder beside the file, `FILE.pictures`, as the file names them.
    """
    sought = _sought(phone, name)
    folder = path.with_name(f"{path.name}.pictures")
    if folder.exists():
        raise click.ClickException(f"there is a folder {folder} already")
    data = _write(
        path,
        lambda run: export_data.export_recipient(run, market_id=MarketId(market_id), sought=sought),
    )
    if count := _run(lambda run: _write_pictures(run, data, folder)):
        click.echo(f"wrote {count} pictures to {folder}")


@privacy.group()
def erase() -> None:
    """Forget somebody for good; what has happened and what is owed stays, under ids."""


@erase.command("courier")
@click.argument("courier_id", type=click.UUID)
def erase_courier(courier_id: UUID) -> None:
    """Erase a courier who is off duty; the account ends."""
    _run(lambda run: erase_data.erase_courier(run, courier_id=CourierId(courier_id)))
    click.echo(f"erased courier {courier_id}; recorded ticks hold where they were for a while yet")


@erase.command("merchant")
@click.argument("merchant_id", type=click.UUID)
def erase_merchant(merchant_id: UUID) -> None:
    """Erase a merchant whose jobs have all ended; the account ends."""
    _run(lambda run: erase_accounts.erase_merchant(run, merchant_id=MerchantId(merchant_id)))
    click.echo(f"erased merchant {merchant_id}; its keys open nothing any more in 5 s")


@erase.command("operator")
@click.argument("operator_id", type=click.UUID)
def erase_operator(operator_id: UUID) -> None:
    """Erase an operator who is disabled."""
    _run(lambda run: erase_accounts.erase_operator(run, operator_id=OperatorId(operator_id)))
    click.echo(f"erased operator {operator_id}; what they did stays on record, under the id")


@erase.command("recipient")
@_MARKET
@_PHONE
@_NAME
def erase_recipient(market_id: str, *, phone: str | None, name: str | None) -> None:
    """Erase a recipient, found by phone, by name, or by both."""
    sought = _sought(phone, name)
    count = _run(
        lambda run: erase_data.erase_recipient(run, market_id=MarketId(market_id), sought=sought)
    )
    click.echo(f"erased {count} deliveries")


@privacy.command()
@click.argument("job_id", type=click.UUID)
@_MARKET
@click.option("--reason", type=click.Choice([one.value for one in HoldReason]), required=True)
def hold(job_id: UUID, *, market_id: str, reason: str) -> None:
    """Keep a job's proofs and personal data beyond their time, for a dispute."""
    _run(
        lambda run: hold_job.hold_job(
            run, job_id=JobId(job_id), market_id=MarketId(market_id), reason=HoldReason(reason)
        )
    )
    click.echo(f"job {job_id} is on hold")


@privacy.command()
@click.argument("job_id", type=click.UUID)
@_MARKET
def release(job_id: UUID, *, market_id: str) -> None:
    """Lift the hold on a job; what is older than its time goes with the next sweep."""
    _run(lambda run: hold_job.end_hold(run, job_id=JobId(job_id), market_id=MarketId(market_id)))
    click.echo(f"job {job_id} is on hold no more")


@privacy.command()
@_MARKET
def holds(market_id: str) -> None:
    """List the jobs on hold, the oldest first."""
    for one in _run(lambda run: hold_job.list_held(run, market_id=MarketId(market_id))):
        click.echo(f"{one.job_id}  {one.reason:<10}{one.held_at:%Y-%m-%d}")


@privacy.command()
def sweep() -> None:
    """Forget all that is older than its time, as the relay does bit by bit."""
    for what, count in _run(_sweep).items():
        click.echo(f"{count:>9} {what}")


@privacy.command()
@click.argument("path", type=click.Path(path_type=Path))
def keys(path: Path) -> None:
    """Write a new key for what is known of recipients to a new file, for HEXHAUL_RECIPIENT_KEYS."""
    if path.exists():
        raise click.ClickException(f"there is a file {path} already")
    write_new_key_file(path, new_chain(real_now()))
    click.echo(f"wrote {path}: keep a copy, but not where backups of the database are")


@privacy.command()
def shred() -> None:
    """Forget the keys of months of which every recipient is erased, so that backups forget them.

    Give the file to all hosts then, and destroy the copies of what was in it before.
    """
    before, needed = _run(_shred)
    path = Path(read_settings().recipient_keys)
    if needed == before:
        click.echo(f"all of {path} is still needed")
        return
    try:
        replace_key_file(path, needed)
    except OSError as error:
        said = f"{path} was not replaced, and opens all that it did: {error}"
        raise click.ClickException(said) from error
    click.echo(f"{path} opens nothing from before {needed.roots[0].month} any more")
    click.echo("keep what was in it until a backup is newer: what is on hold was sealed anew")


async def _shred(runtime: Runtime) -> tuple[KeyChain, KeyChain]:
    """Return the keys, and those of them that are still needed."""
    chain = runtime.recipient_keys
    if not chain.roots or not chain.seals:
        raise click.ClickException(
            "nothing is sealed: HEXHAUL_RECIPIENT_KEYS names no file, or HEXHAUL_SEAL_RECIPIENTS is"
            " false"
        )
    market_ids = await asked_markets(runtime, None)
    return chain, await shred_keys(runtime, market_ids=market_ids)


@privacy.command()
def unseal() -> None:
    """Put what is known of recipients back in plain text, before a version that seals nothing.

    First let every api run with HEXHAUL_SEAL_RECIPIENTS=false, as this command.
    """
    click.echo(f"{_run(_unseal)} jobs are in plain text")


async def _unseal(runtime: Runtime) -> int:
    if not runtime.recipient_keys.roots or runtime.recipient_keys.seals:
        raise click.ClickException(
            "set HEXHAUL_SEAL_RECIPIENTS=false, and HEXHAUL_RECIPIENT_KEYS to the file of keys"
        )
    return await unseal_recipients(runtime, market_ids=await asked_markets(runtime, None))


@privacy.command()
def inventory() -> None:
    """List where personal data is kept, whose it is, and how long."""
    for column, about in PERSONAL.items():
        click.echo(f"{column:<36}{about.whose:<12}{about.kept}")


async def _sweep(runtime: Runtime) -> dict[str, int]:
    """Return how much of each kind was forgotten."""
    swept = {
        "events, stored answers, log-ins": await _all(lambda: retention.forget_rows(runtime)),
        "webhook logs, endpoints, secrets": await _all(lambda: retention.forget_webhooks(runtime)),
        "decisions, ticks, trails": await _all(lambda: retention.forget_record(runtime)),
        "codes of jobs that ended": await _all(lambda: retention.forget_codes(runtime)),
        "looks, by whom and at what": await _all(lambda: retention.forget_looks(runtime)),
    }
    for market_id in await asked_markets(runtime, None):
        swept[f"recorded ticks of {market_id}"] = await _all(
            partial(retention.forget_recorded_ticks, runtime, market_id)
        )
        swept[f"jobs of {market_id}, whose recipients"] = await retention.forget_recipients(
            runtime, market_id, origin=SHELL
        )
    return swept


async def _all(forget: Callable[[], Awaitable[int]]) -> int:
    """Forget batch after batch until nothing is left; return how much it was."""
    forgotten_count = 0
    while batch_count := await forget():
        forgotten_count += batch_count
    return forgotten_count


def _sought(phone: str | None, name: str | None) -> Sought:
    if phone is None and name is None:
        raise click.UsageError("say --phone, --name, or both")
    return Sought(phone=phone, name=name)


def _write(path: Path, collect: Callable[[Runtime], Awaitable[Data]]) -> Data:
    """Write what is collected to a file that only its owner reads, and that is new; return it."""
    if path.exists():
        raise click.ClickException(f"there is a file {path} already")
    data = _run(collect)
    _write_new(path, msgspec.json.format(msgspec.json.encode(data)))
    click.echo(f"wrote {path}")
    return data


async def _write_pictures(runtime: Runtime, data: Data, folder: Path) -> int:
    """Write the pictures that the data names into a new folder, if there are any; count them."""
    count = 0
    async for name, content in export_data.pictures_of(runtime, data):
        await asyncio.to_thread(folder.mkdir, mode=0o700, exist_ok=True)
        await asyncio.to_thread(_write_new, folder / name, content)
        count += 1
    return count


def _write_new(path: Path, content: bytes) -> None:
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)


def _run(work: Callable[[Runtime], Awaitable[T]]) -> T:
    async def run() -> T:
        settings = msgspec.structs.replace(read_settings(), command_timeout_s=QUERY_S_MAX)
        keys = recipient_keys_of(settings)
        async with open_runtime(settings, recipient_keys=keys) as runtime:
            await check_recipient_keys(runtime)
            return await work(runtime)

    try:
        return asyncio.run(run())
    except (DomainError, UnfitError) as error:
        raise click.ClickException(str(error)) from error
