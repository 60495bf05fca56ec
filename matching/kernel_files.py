"""Where compiled kernels are kept: a file for each, named by all that it was made from.

Numba's own cache knows a kernel by the text of its own file, and numbers its versions in an index
that two processes may write at once. Here the name of a file is a digest of the kernel's module and
of those that it imports, the types of the arguments, the processor and numba. So an edit anywhere
below compiles again what depends on it and nothing else, nothing is ever overwritten by something
different, and files that one machine made can be carried to another.
"""

# numba ships no types, its settings appear at run time, and a cache is made by subclassing its own
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false
# pyright: reportIncompatibleMethodOverride=false, reportPrivateUsage=false

import contextlib
import functools
import hashlib
import inspect
import platform
import re
import sys
from collections.abc import Callable
from importlib.resources import files

import numba
from numba.core import config
from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    IndexDataCacheFile,
    _CacheLocator,
)

_OUR_IMPORT = re.compile(r"^from (matching\.\w+) import", re.MULTILINE)


def folder() -> str:
    """Return the folder of the files: in this package, or `NUMBA_CACHE_DIR`."""
    return str(config.CACHE_DIR or files("matching") / "__kernels__")


@functools.cache
def stamp_of(module: str) -> str:
    """Return a digest of an imported module's text, and of all of ours that it rests on."""
    text = inspect.getsource(sys.modules[module])
    digest = hashlib.sha256(text.encode())
    for imported in sorted(set(_OUR_IMPORT.findall(text)) & sys.modules.keys()):
        digest.update(stamp_of(imported).encode())
    return digest.hexdigest()


class KernelLocator(_CacheLocator):
    """Where the files of one kernel are, and what it was made from."""

    def __init__(self, function: Callable[..., object], path: str) -> None:
        self._module = function.__module__
        self._py_file = path  # for numba's warnings

    @classmethod
    def from_function(cls, py_func: Callable[..., object], py_file: str) -> "KernelLocator":
        return cls(py_func, py_file)

    def get_cache_path(self) -> str:
        return folder()

    def get_source_stamp(self) -> str:
        return stamp_of(self._module)

    def get_disambiguator(self) -> str:
        return self._module  # two modules of one name in two packages


class KernelFiles(IndexDataCacheFile):
    """The files of one kernel; there is no index."""

    def __init__(self, cache_path: str, filename_base: str, source_stamp: str) -> None:
        super().__init__(cache_path, filename_base, source_stamp)
        self._name = filename_base

    def save(self, key: object, data: object) -> None:
        self._save_data(self.name_of(key), data)

    def load(self, key: object) -> object:
        """Return what was saved, or None."""
        with contextlib.suppress(OSError):
            return self._load_data(self.name_of(key))
        return None

    def name_of(self, key: object) -> str:
        """Return the name of a version's file; the key is types, processor and bytecode."""
        made_from = (key, self._source_stamp, numba.__version__, platform.python_version())
        return f"{self._name}-{hashlib.sha256(repr(made_from).encode()).hexdigest()[:32]}.nbc"


class _KernelCacheImpl(CompileResultCacheImpl):
    _locator_classes = (KernelLocator,)


class KernelCache(FunctionCache):
    """What numba asks for a kernel before it compiles it, and tells afterwards."""

    _impl_class = _KernelCacheImpl

    def __init__(self, function: Callable[..., object]) -> None:
        super().__init__(function)
        locator = self._impl.locator
        self._cache_file = KernelFiles(
            locator.get_cache_path(), self._impl.filename_base, locator.get_source_stamp()
        )

    def save_overload(self, sig: object, data: object) -> None:
        """Save a kernel; from a read-only folder the next process compiles it again."""
        with contextlib.suppress(OSError):
            super().save_overload(sig, data)
