"""Takes guards away, one at a time, and tells which test notices: `dev.py sabotage [NAME ...]`.

Exit status 1: a guard was not missed by any test, or the tests fail while it is there.
"""

import argparse
import signal
import sys
from collections.abc import Iterator

from tests.sabotage import results
from tests.sabotage.listed import SABOTAGES
from tests.sabotage.results import Caught
from tests.sabotage.sabotage import Sabotage
from tests.sabotage.trial import Trial, copied_tree, try_out, without_guard

TAIL_COUNT = 30  # lines of pytest's words


def tell(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)  # noqa: T201 # a command of its own


def main() -> None:
    """Try the sabotages of the command line, or all."""
    named = {sabotage.name: sabotage for sabotage in SABOTAGES}
    parser = argparse.ArgumentParser(prog="dev.py sabotage", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="all when none is named")
    parser.add_argument("--record", action="store_true", help="keep what was found")
    parser.add_argument("--list", action="store_true", help="tell the names and the guards")
    options = parser.parse_args()
    if options.list:
        for sabotage in SABOTAGES:
            tell(f"{sabotage.name:36} {sabotage.guard}")
        return
    unknown = sorted(set(options.names) - named.keys())
    if unknown:
        sys.exit(f"There is no sabotage {unknown[0]!r}; --list tells which there are.")
    chosen = [named[name] for name in dict.fromkeys(options.names)] or list(SABOTAGES)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # clean up as well
    found = list[Caught]()
    for caught in _try_all(chosen):
        found.append(caught)
        if options.record:
            results.keep([caught], names=set(named))
    missed = [caught.name for caught in found if not caught.by]
    for name in missed:
        tell(f"NOT CAUGHT: {name}: no test misses it when it is gone: {named[name].guard}")
    tell(f"{len(found) - len(missed)} of {len(found)} sabotages caught")
    sys.exit(1 if missed else 0)


def _try_all(chosen: list[Sabotage]) -> Iterator[Caught]:
    """Yield which tests caught each; all must be green before."""
    with copied_tree() as tree:
        tests = sorted({test for sabotage in chosen for test in sabotage.tests})
        trial = try_out(tree, _without_parts(tests), stops_at_once=False)
        tell(f"with all guards: {'green' if trial.is_green else 'NOT GREEN'}, {trial.duration_s} s")
        if not trial.is_green:
            sys.exit(_tail(trial))
        for sabotage in chosen:
            with without_guard(tree, sabotage):
                trial = try_out(tree, sabotage.tests, stops_at_once=True)
            caught = Caught(
                name=sabotage.name,
                guard=sabotage.guard,
                path=sabotage.path,
                by=trial.failed,
                duration_s=trial.duration_s,
            )
            _tell(caught, trial)
            yield caught


def _without_parts(tests: list[str]) -> list[str]:
    """Return the tests without those that are part of a file that is there whole."""
    return [test for test in tests if "::" not in test or test.partition("::")[0] not in tests]


def _tell(caught: Caught, trial: Trial) -> None:
    if caught.by:
        tell(f"{caught.name}: caught by {caught.by[0]} ({caught.duration_s} s)")
        return
    why = "it did not end in time" if trial.is_late else "green" if trial.is_green else "broken"
    tell(f"{caught.name}: NOT CAUGHT, {why} ({caught.duration_s} s)\n{_tail(trial)}")


def _tail(trial: Trial) -> str:
    return "\n".join(trial.output.splitlines()[-TAIL_COUNT:])


if __name__ == "__main__":
    main()
