"""How a kernel is compiled: once for every machine of a kind, and without holding the GIL.

The processor is taken for the third level of x86-64 (2013 and later: AVX2 and FMA) if it is that or
better, and for any of its family if not, so that what one machine compiled serves the next one.
`NUMBA_CPU_NAME` names another target.
"""

# numba ships no types, and its settings appear at run time
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportAttributeAccessIssue=false, reportUnknownArgumentType=false

from collections.abc import Callable, Mapping
from typing import ParamSpec, TypeVar, cast

from llvmlite import binding
from numba import njit
from numba.core import config
from numba.core.dispatcher import Dispatcher

from matching.kernel_files import KernelCache

_Args = ParamSpec("_Args")
_Result = TypeVar("_Result")

LEVEL_3_FEATURES = ("avx", "avx2", "bmi", "bmi2", "f16c", "fma", "lzcnt", "movbe")


def target_of(triple: str, features: Mapping[str, bool]) -> str:
    """Return the name of the widest target that many processors like this one share."""
    if not triple.startswith("x86_64"):
        return "generic"
    has_level_3 = all(features.get(name, False) for name in LEVEL_3_FEATURES)
    return "x86-64-v3" if has_level_3 else "x86-64"


if config.CPU_NAME is None:
    config.CPU_NAME = target_of(binding.get_process_triple(), binding.get_host_cpu_features())
    config.CPU_FEATURES = ""  # those of the name


def kernel(function: Callable[_Args, _Result]) -> Callable[_Args, _Result]:
    """Return the function compiled by numba, under the type it was written with.

    Call it with arrays and numbers of one type each: another dtype, layout or an integer in the
    place of a float compiles it again, for seconds.
    """
    return _kept(function, njit(nogil=True)(function))


def lean_kernel(function: Callable[_Args, _Result]) -> Callable[_Args, _Result]:
    """Return the function compiled without counting references to the arrays it is given.

    The counting is atomic, and done for every array in every argument of every call and for every
    row that is looked at: an insertion into a route takes fifteen times as long with it. To make
    an array, to return one or to assign to a slice is an error at the first call. Rows of arrays,
    tuples of arrays and calls of other kernels are not.

    They become part of who calls them: a call would copy every array's description in its
    arguments, and a tick takes a quarter longer with that.
    """
    options = {"nogil": True, "forceinline": True, "_nrt": False}  # the last one is on no list
    return _kept(function, njit(**options)(function))  # pyright: ignore[reportCallIssue, reportArgumentType] # as said


def _kept(function: Callable[_Args, _Result], dispatcher: object) -> Callable[_Args, _Result]:
    """Return what numba made of the function, under its type, and kept in our own files."""
    if isinstance(dispatcher, Dispatcher):  # else the JIT is off
        dispatcher._cache = KernelCache(function)  # noqa: SLF001 # numba asks for no other way
    return cast("Callable[_Args, _Result]", dispatcher)
