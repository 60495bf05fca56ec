"""How well are positions that somebody made up told from true ones?

    python -m loadtests.spoofing               # prints the record
    python -m loadtests.spoofing --json PATH   # and writes it

The first of the two has as many tracks as the test, the second a hundred times as many.
"""

import argparse
from pathlib import Path

import msgspec

from loadtests.spoofing.rates import measure

SEED = 1
TRACKS_COUNTS = (30, 3_000)


def main() -> None:
    """Measure, print, and write if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the record there")
    options = parser.parse_args()
    rates = [measure(seed=SEED, tracks_count=count) for count in TRACKS_COUNTS]
    record = msgspec.json.format(msgspec.json.encode(rates), indent=2)
    print(record.decode())  # noqa: T201 # a command of its own
    if options.json is not None:
        options.json.write_bytes(record + b"\n")


if __name__ == "__main__":
    main()
