"""The pages' JavaScript is checked like the Python: strictly, by the types in its comments."""

import shutil
import subprocess

from tests.browser.conftest import WEB
from tests.integration.api.test_javascript import NODE

TIMEOUT_S = 120.0


def test_the_pages_are_typed(packages):
    shutil.copytree(WEB / "static", packages / "static", ignore=shutil.ignore_patterns("vendor"))
    vendor, modules = packages / "static" / "vendor", packages / "node_modules"
    # The library's types go where the pages find the library itself.
    (vendor / "maplibre-gl").mkdir(parents=True)
    shutil.copyfile(
        modules / "maplibre-gl" / "dist" / "maplibre-gl.d.ts",
        vendor / "maplibre-gl" / "maplibre-gl.d.mts",
    )
    (vendor / "h3-js").mkdir()
    (vendor / "h3-js" / "h3-js.es.d.ts").write_text('export * from "h3-js";\n')
    checked = subprocess.run(
        (NODE, modules / "typescript" / "bin" / "tsc", "-p", "jsconfig.json"),
        cwd=packages,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
