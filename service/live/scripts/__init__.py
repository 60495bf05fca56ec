"""The Lua scripts beside this file: what Redis does in one step, seen by nobody half done.

They touch cell hashes whose keys they have stored and not been given; the hash tag keeps those on
the same node.
"""

import hashlib
from importlib.resources import files

from msgspec import Struct


class Script(Struct, frozen=True, kw_only=True):
    name: str
    text: str
    sha1: str  # by which Redis knows it


def load_script(name: str) -> Script:
    """Return the script of this name."""
    text = (files(__name__) / f"{name}.lua").read_text("utf-8")
    digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    return Script(name=name, text=text, sha1=digest)
