"""Which server programs are found, and which are good enough."""

import pytest

from service.embedded.binaries import first_usable, parse_version


@pytest.mark.parametrize(
    ("printed", "version"),
    [
        ("postgres (PostgreSQL) 18.6", (18, 6)),
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", (15, 18)),
        ("postgres (PostgreSQL) 19devel", (19, 0)),
        ("Valkey server v=9.1.2 sha=00000000:1 malloc=libc bits=64", (9, 1)),
        ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.2.1", (7, 0)),
        ("bash: line 1: 7.0: command not found", None),
        ("", None),
    ],
)
def test_a_version_is_read_from_what_a_server_prints(printed, version) -> None:
    assert parse_version(printed) == version


@pytest.fixture
def make_program(tmp_path):
    def make(name, prints):
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\necho '{prints}'\n")
        path.chmod(0o755)
        return path

    return make


def test_the_first_program_that_is_new_enough_is_taken(make_program) -> None:
    old = make_program("old", "Redis server v=6.2.14 sha=0")
    new = make_program("new", "Redis server v=7.0.15 sha=0")
    newer = make_program("newer", "Valkey server v=9.1.2 sha=0")
    found = first_usable([old, new, newer], major_min=7)
    assert found is not None
    assert (found.path, found.version_text) == (new, "7.0")


def test_what_does_not_run_is_passed_over(tmp_path, make_program) -> None:
    not_executable = tmp_path / "text"
    not_executable.write_text("Valkey server v=9.1.2")
    foreign = make_program("foreign", "Exec format error")
    assert first_usable([tmp_path / "absent", not_executable, foreign], major_min=7) is None
