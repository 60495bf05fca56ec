"""How a virtual day is set up: parameters changed by name, and the record of what was used."""

import platform
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import msgspec

from matching.params import Params
from service.simulation.run.report import machine
from service.simulation.virtual.world import Rules

_VERSIONS_OF = ("hexhaul", "numpy", "numba", "scipy")


class TuningError(Exception):
    """A parameter cannot be set; the message says which and why."""


def tuned(params: Params, changes: Sequence[str]) -> Params:
    """Return the parameters with some set as `name=value`.

    Raises:
        TuningError: no such parameter, or no number of its type.
    """
    known = params._asdict()
    for change in changes:
        name, _, text = change.partition("=")
        if name not in known:
            raise TuningError(f"{name!r} is not a parameter of the engine: {', '.join(known)}")
        try:
            value = type(known[name])(text)
        except ValueError as error:
            raise TuningError(f"{change!r}: {error}") from error
        params = params._replace(**{name: value})
    return params


def setting_dict(rules: Rules) -> dict[str, object]:
    """Return how, where and with what a day is run, ready for JSON."""
    return {
        "command": ["hexhaul", *sys.argv[1:]],
        "machine": machine(),
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in _VERSIONS_OF},
        },
        "params": {name: _plain(value) for name, value in rules.params._asdict().items()},
        "live_orders_max": rules.live_orders_max,
        "acceptance_share_min": rules.acceptance_share_min,
        "seed": rules.seed,
        "shift_known_s": rules.shift_known_s,
    }


def write_record(record: Mapping[str, object], path: Path) -> None:
    """Write a record for machines."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n")


def _plain(value: float) -> float | str:
    """Return the number, or its name where JSON has none for it."""
    return str(value) if abs(value) == float("inf") else value
