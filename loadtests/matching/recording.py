"""What every bench says beside its figures: the machine, its load, the command; strict JSON."""

import json
import math
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from loadtests.plain import is_mapping, is_sequence


def machine() -> dict[str, object]:
    """Return what the figures depend on."""
    return {
        "processor": processor(),
        "cores_count": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "load_average": os.getloadavg(),
    }


def command() -> str:
    """Return the command line, without where on this machine things are."""
    words = [Path(word).name if Path(word).is_absolute() else word for word in sys.argv[1:]]
    return " ".join(("python -m", f"loadtests.matching.{Path(sys.argv[0]).stem}", *words))


def processor() -> str:
    """Return the name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


def alone_on(core: int) -> None:
    """Keep this process, and those it starts from now on, on one core, where that can be asked."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core % (os.cpu_count() or 1)})


def write_record(path: Path | None, figures: Mapping[str, object]) -> None:
    """Write the figures with what they depend on, if there is somewhere to write to."""
    if path is None:
        return
    record = {"command": command(), "machine": machine(), **figures}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(strict(record), indent=1, allow_nan=False) + "\n", "utf-8")


def strict(value: object) -> object:
    """Return the value with numbers that JSON does not know as null, and the rest rounded."""
    if is_mapping(value):
        return {str(key): strict(each) for key, each in value.items()}
    if is_sequence(value):
        return [strict(each) for each in value]
    if isinstance(value, float):
        return round(float(value), 6) if math.isfinite(value) else None
    return value


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """Return rows with the same keys as text in columns."""
    if not rows:
        return "nothing"
    cells = [[str(key) for key in rows[0]], *([shown(v) for v in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in cells
    )


def shown(value: object) -> str:
    """Return a value with as many digits as say something."""
    if not isinstance(value, float):
        return str(value)
    if not math.isfinite(value):
        return "-"
    return (
        f"{value:.2f}" if abs(value) < 10.0 else f"{value:.1f}" if value < 100 else f"{value:.0f}"
    )
