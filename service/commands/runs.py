"""What the commands share that run the service for a while, and judge the run."""

import shutil
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import click

from service.simulation.run.report import RunReport, summary, write_json


@contextmanager
def state_folder(state_dir: Path | None) -> Generator[Path]:
    """Lend the folder, or a temporary one that is removed afterwards."""
    if state_dir is not None:
        yield state_dir
        return
    folder = Path(tempfile.mkdtemp(prefix="hexhaul-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def tell(line: str) -> None:
    """Tell how a run goes, beside its result."""
    click.echo(line, err=True)


def finish(report: RunReport | None, json_path: Path | None) -> None:
    """Print and write the report; exit with 1 unless there is one and everything held."""
    if report is None:
        tell("stopped before the end: nothing was judged")
        sys.exit(1)
    for line in summary(report):
        click.echo(line)
    if json_path is not None:
        write_json(report, json_path)
    if not report.ok:
        sys.exit(1)
