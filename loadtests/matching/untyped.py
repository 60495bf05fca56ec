"""What the benches use of scipy and redis-py, with the types that these do not say themselves."""

from collections.abc import Callable
from importlib import import_module
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matching.arrays import F64, I64

Word: TypeAlias = str | bytes | int | float
Reply: TypeAlias = "int | bytes | list[Reply] | None"


class Tree(Protocol):
    """N points, to be asked which of them are near others."""

    def query(
        self, points: F64, *, k: int, distance_upper_bound: float
    ) -> tuple[F64, NDArray[np.intp]]:
        """Return (M, k) distances and rows; inf and N where there are no more."""
        ...


class Optimum(Protocol):
    """The answer of a linear program."""

    fun: float  # the least value


class Pipeline(Protocol):
    def execute_command(self, *words: Word) -> object: ...
    def execute(self) -> list[Reply]: ...


class Server(Protocol):
    """A connection to Redis that waits for each answer."""

    def execute_command(self, *words: Word) -> Reply: ...
    def pipeline(self, *, transaction: bool) -> Pipeline: ...
    def close(self) -> None: ...


make_tree: Callable[[F64], Tree] = import_module("scipy.spatial").cKDTree
# From (J, C) costs to the rows and columns of the cheapest assignment.
linear_sum_assignment: Callable[[F64], tuple[I64, I64]] = import_module(
    "scipy.optimize"
).linear_sum_assignment
linprog: Callable[..., Optimum] = import_module("scipy.optimize").linprog


def connected(url: str) -> Server:
    """Return a connection to a server."""
    return import_module("redis").Redis.from_url(url, protocol=2)
