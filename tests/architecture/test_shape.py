"""The limits of house style, for every file and without exemption."""

import ast
import re
from pathlib import Path

import pytest

from service import logs

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path for folder in ("service", "matching") for path in (ROOT / folder).rglob("*.py")
)
TREES = {path: ast.parse(path.read_text("utf-8")) for path in SOURCES}
LINES_MAX = 400
BANNED_NAMES = {"utils", "helpers", "common", "base", "manager", "service"}

each_source = pytest.mark.parametrize(
    "path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix()
)


@pytest.mark.parametrize("folder", ["service", "matching", "loadtests", "tests"])
def test_modules_are_small(folder):
    lines_count = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in (ROOT / folder).rglob("*.py")
    }
    assert {path: count for path, count in lines_count.items() if count > LINES_MAX} == {}


@each_source
def test_a_module_opens_with_a_sentence(path):
    docstring = ast.get_docstring(TREES[path]) or ""
    assert re.match(r"[^\n]+[.:]", docstring), "say in one sentence what lives here"


@each_source
def test_a_module_name_says_what_it_holds(path):
    assert path.stem not in BANNED_NAMES


@each_source
def test_nothing_is_left_for_later(path):
    assert not re.search(r"\b(TODO|FIXME|XXX)\b|NotImplementedError", path.read_text("utf-8"))


@each_source
def test_a_silenced_rule_says_why(path):
    """The reason stands behind the code, or in the comment on the line above."""
    lines = path.read_text("utf-8").splitlines()
    for above, line in zip(["", *lines], lines, strict=False):
        if "noqa" in line or "type: ignore" in line or "pyright: ignore" in line:
            reasoned = re.search(r"(noqa: [A-Z]+\d+|ignore\[\w+(, \w+)*\])\s+(#|--) ?\w", line)
            assert reasoned or "# " in above, line


def test_logged_events_are_those_of_the_list():
    called = {
        node.args[0].value
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "log"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and "structlog" in path.read_text("utf-8")
    }
    assert called <= logs.EVENTS
    unused = logs.EVENTS - called
    texts = "".join(path.read_text("utf-8") for path in SOURCES if path.name != "logs.py")
    assert not {name for name in unused if f'"{name}"' not in texts}


def test_nothing_that_decides_reads_the_wall_clock():
    """The city in the box does, to tell how long something took, and who writes a new key."""
    readers = {
        path.relative_to(ROOT / "service")
        for path in TREES
        if path.is_relative_to(ROOT / "service") and "real_now" in path.read_text("utf-8")
    }
    assert {path.parts[0] for path in readers} == {"clock.py", "commands", "simulation"}


def test_only_settings_reads_the_environment():
    for path, tree in TREES.items():
        if path.name == "settings.py" or path.parent.name in ("embedded", "doctor"):
            continue
        names = {
            f"{node.value.id}.{node.attr}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        }
        assert not names & {"os.environ", "os.getenv"}, path
