"""The diagrams in ARCHITECTURE.md are drawn from the lifecycle tables."""

from pathlib import Path

import pytest

from service.domain.lifecycle import (
    BUNDLE_LIFECYCLE,
    COURIER_LIFECYCLE,
    JOB_LIFECYCLE,
    OFFER_LIFECYCLE,
    STOP_LIFECYCLE,
)

ARCHITECTURE = (Path(__file__).parents[2] / "ARCHITECTURE.md").read_text("utf-8")


def drawn(table):
    """Return the table as the lines of a Mermaid state diagram, one per pair of statuses."""
    steps = {}
    for (status, step), after in table.items():
        steps.setdefault((status.value, after.value), []).append(step.value)
    return "\n".join(
        f"  {status} --> {after}: {', '.join(names)}" for (status, after), names in steps.items()
    )


@pytest.mark.parametrize(
    "table",
    [JOB_LIFECYCLE, OFFER_LIFECYCLE, COURIER_LIFECYCLE, STOP_LIFECYCLE, BUNDLE_LIFECYCLE],
    ids=["job", "offer", "courier", "stop", "bundle"],
)
def test_the_diagram_is_the_table(table):
    expected = f"```mermaid\nstateDiagram-v2\n{drawn(table)}\n```"
    assert expected in ARCHITECTURE, f"ARCHITECTURE.md should read:\n{expected}"
