"""The pages' own logic, tested in the language that it is written in."""

import subprocess
from pathlib import Path

from tests.integration.api.test_javascript import NODE

ROOT = Path(__file__).parents[2]
TESTS = sorted((ROOT / "tests" / "javascript").glob("*/*.test.mjs"))
TIMEOUT_S = 60.0
LINES_MAX = 200
WIDTH_MAX = 140


def test_the_modules_of_the_pages_do_what_their_tests_say():
    assert TESTS
    played = subprocess.run(
        (NODE, "--test", *TESTS),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert played.returncode == 0, played.stdout


def test_modules_of_the_pages_are_small_checked_and_say_what_lives_in_them():
    static = ROOT / "service" / "web" / "static"
    folders = ("shared", "ops", "courier", "tracking")
    sources = [source for folder in folders for source in static.glob(f"{folder}/*.js")]
    assert sources
    for source in sources:
        first, second, *rest = source.read_text("utf-8").splitlines()
        assert first == "// @ts-check", source.name
        assert second.startswith("// "), source.name
        assert len(rest) + 2 <= LINES_MAX, source.name
        assert max(map(len, rest)) <= WIDTH_MAX, source.name
