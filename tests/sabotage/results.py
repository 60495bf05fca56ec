"""Which test caught which sabotage, as it is kept beside the tests."""

from pathlib import Path

import msgspec
from msgspec import Struct

PATH = Path(__file__).parent / "results" / "sabotages.json"


class Caught(Struct, frozen=True, kw_only=True):
    """A guard that was taken away, and the tests that failed then; none: nobody noticed."""

    name: str
    guard: str
    path: str
    by: tuple[str, ...]
    duration_s: float


def read() -> list[Caught]:
    """Return what was kept."""
    return msgspec.json.decode(PATH.read_bytes(), type=list[Caught]) if PATH.exists() else []


def keep(found: list[Caught], *, names: set[str]) -> None:
    """Put what was found in the place of what was kept of it; forget what there is no more."""
    kept = {caught.name: caught for caught in (*read(), *found) if caught.name in names}
    in_order = [kept[name] for name in sorted(kept)]
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_bytes(msgspec.json.format(msgspec.json.encode(in_order), indent=1) + b"\n")
