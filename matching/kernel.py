"""How a kernel is compiled: once per machine, kept on disk, and without holding the GIL."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit  # pyright: ignore[reportUnknownVariableType] # numba ships no types

_Args = ParamSpec("_Args")
_Result = TypeVar("_Result")


def kernel(function: Callable[_Args, _Result]) -> Callable[_Args, _Result]:
    """Return the function compiled by numba, under the type it was written with.

    Call it with arrays and numbers of one type each: another dtype, layout or an integer in the
    place of a float compiles it again, for seconds. On disk a kernel is as old as its own file:
    after a change to one that others call, delete `matching/__pycache__`.
    """
    return cast("Callable[_Args, _Result]", njit(cache=True, nogil=True)(function))
