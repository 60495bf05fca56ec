"""How a kernel is compiled that makes no array: without counting references to those it is given.

The counting is atomic, and done for every array in every argument of every call and for every row
that is looked at: an insertion into a route takes fifteen times as long with it.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit  # pyright: ignore[reportUnknownVariableType] # numba ships no types

_Args = ParamSpec("_Args")
_Result = TypeVar("_Result")


def lean_kernel(function: Callable[_Args, _Result]) -> Callable[_Args, _Result]:
    """Return the function compiled as by `kernel`, if it makes no array.

    To make one, to return one or to assign to a slice is an error at the first call. Rows of
    arrays, tuples of arrays and calls of other kernels are not.
    """
    options = {"cache": True, "nogil": True, "_nrt": False}
    return cast("Callable[_Args, _Result]", njit(**options)(function))  # pyright: ignore[reportCallIssue, reportArgumentType] # unlisted option
