"""What stands in for the queries of `sql/queries`, by their text."""

from tests.simulation.standin.statements import (  # noqa: F401  # each registers its own
    changes,
    couriers,
    jobs,
    messages,
    offers,
    people,
    relay,
)
from tests.simulation.standin.statements.registry import STATEMENTS

__all__ = ["STATEMENTS"]
