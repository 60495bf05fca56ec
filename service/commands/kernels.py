"""`hexhaul kernels`: the compiled kernels, made before they are needed."""

import time
from pathlib import Path

import click

from matching.kernel_files import folder
from service.dispatch.warm_up import warm_up

_MEGABYTE = 1e6


@click.group()
def kernels() -> None:
    """Compile the matching kernels ahead of the first tick."""


@kernels.command()
def bake() -> None:
    """Compile every kernel for this kind of processor, and forget those of older sources.

    They are kept beside the engine, or in NUMBA_CACHE_DIR: run this where an image is built, and a
    container made from it decides its first tick within seconds.
    """
    begun_s = time.monotonic()
    place = Path(folder())
    known = set(place.glob("*.nbc"))
    warm_up()
    made = set(place.glob("*.nbc")) - known
    if made:
        remove_older(place, made)
    sizes = [path.stat().st_size for path in place.glob("*.nbc")]
    click.echo(
        f"{len(sizes)} kernels, {sum(sizes) / _MEGABYTE:.1f} MB, in {place}; {len(made)} of them "
        f"compiled now, in {time.monotonic() - begun_s:.1f} s."
    )


def remove_older(place: Path, made: set[Path]) -> None:
    """Remove the files of kernels that were compiled again: `module.name-module-digest.nbc`."""
    names = {path.name.rpartition("-")[0] for path in made}
    for path in set(place.glob("*.nbc")) - made:
        if path.name.rpartition("-")[0] in names:
            path.unlink(missing_ok=True)
