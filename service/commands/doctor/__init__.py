"""`hexhaul doctor`: looks at this machine, and says in words what is wrong and what to do."""

import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from service.commands.doctor import machine, reachability
from service.commands.doctor.finding import Finding, render


def findings(
    *, database_url: str | None, redis_url: str | None, state_dir: Path, host: str, port: int
) -> Iterator[Finding]:
    """Return what every check finds; embedded servers are looked at only if they would be used."""
    yield machine.check_python(sys.version_info[:2])
    embedded = {
        subject
        for subject, url in (("postgres", database_url), ("valkey", redis_url))
        if url is None
    }
    yield from (finding for finding in machine.check_programs() if finding.subject in embedded)
    if embedded:
        yield machine.check_identity()
        yield machine.check_sockets(state_dir)
    if database_url is not None:
        yield reachability.check_database(database_url)
    if redis_url is not None:
        yield reachability.check_redis(redis_url)
    yield machine.check_state_folder(state_dir)
    yield machine.check_port(host, port)
    yield machine.check_open_files(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array of findings.")
@click.option("--database-url", envvar="DATABASE_URL", help="Default: an embedded PostgreSQL.")
@click.option("--redis-url", envvar="REDIS_URL", help="Default: an embedded Valkey.")
@click.option(
    "--state-dir",
    envvar="HEXHAUL_STATE_DIR",
    default=".state",
    show_default=True,
    type=click.Path(path_type=Path),
)
@click.option("--host", envvar="HEXHAUL_HTTP_HOST", default="127.0.0.1", show_default=True)
@click.option("--port", envvar="HEXHAUL_HTTP_PORT", default=8000, show_default=True)
@click.pass_context
def doctor(
    context: click.Context,
    *,
    as_json: bool,
    database_url: str | None,
    redis_url: str | None,
    state_dir: Path,
    host: str,
    port: int,
) -> None:
    """Look at this machine, and say what is wrong and what to do."""
    found = list(
        findings(
            database_url=database_url,
            redis_url=redis_url,
            state_dir=state_dir.resolve(),
            host=host,
            port=port,
        )
    )
    click.echo(msgspec.json.encode(found) if as_json else "\n".join(map(render, found)))
    if any(finding.level == "fail" for finding in found):
        context.exit(1)
