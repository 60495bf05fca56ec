"""`hexhaul sbom`: what the service is made of, as CycloneDX says it."""

import re
from importlib.metadata import version
from pathlib import Path

import click
import msgspec

_PIN = re.compile(
    r"^([A-Za-z0-9._-]+)==([^\s;]+)(?: ;[^\n\\]*)?((?:\s*\\\n\s+--hash=\S+)*)", re.MULTILINE
)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@click.command()
@click.option(
    "--lock",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    default=Path("requirements.lock"),
    show_default=True,
)
def sbom(lock: Path) -> None:
    """Print the bill of materials (CycloneDX 1.5, JSON) of what is pinned."""
    bill = bill_of(lock.read_text("utf-8"), own_version=version("hexhaul"))
    click.echo(msgspec.json.format(msgspec.json.encode(bill), indent=2).decode())


def bill_of(lock: str, *, own_version: str) -> dict[str, object]:
    """Return the bill of a lock file; the hashes are of the files that may be installed."""
    components = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name.lower()}@{pinned}",
            "name": name,
            "version": pinned,
            "purl": f"pkg:pypi/{name.lower()}@{pinned}",
            "hashes": [{"alg": "SHA-256", "content": one} for one in _HASH.findall(hashes)],
        }
        for name, pinned, hashes in _PIN.findall(lock)
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": "hexhaul", "version": own_version}
        },
        "components": components,
    }
