"""`python3 dev.py reliability`: rewrite RELIABILITY.md from the records."""

from loadtests.reliability.evidence import (
    KINDS,
    ROOT,
    read_findings,
    read_promises,
    read_run,
    read_sabotages,
)
from loadtests.reliability.page import page

PATH = ROOT / "RELIABILITY.md"


def made() -> str:
    """Return the page as the records say now."""
    runs = {name: read_run(name) for name in KINDS}
    return page(read_promises(), runs, read_findings(), read_sabotages())


if __name__ == "__main__":
    PATH.write_text(made(), "utf-8")
