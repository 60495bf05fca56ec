"""Programs in a private folder are copied for the account that cannot go there."""

import os
import tempfile
from pathlib import Path

import pytest

from service.embedded.binaries import Program
from service.embedded.identity import Identity, is_reachable
from service.embedded.relocation import reachable_program

STRANGER_ID = 54_321


@pytest.fixture
def open_dir():
    """Return a folder that everybody may go through; pytest's own are private."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def program(open_dir):
    site_dir = open_dir / "home" / "site-packages"
    for name in ("server/bin/serverd", "server.libs/libx.so", "other/big"):
        path = site_dir / name
        path.parent.mkdir(parents=True)
        path.write_text(name)
    return Program(path=site_dir / "server/bin/serverd", version=(18, 6))


def test_a_folder_closed_to_others_is_reachable_for_its_owner_only(tmp_path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    assert is_reachable(private, user_id=os.geteuid())
    assert not is_reachable(private, user_id=STRANGER_ID)


def test_who_runs_the_servers_as_himself_uses_the_original(program, open_dir) -> None:
    assert reachable_program(program, Identity(), copies_dir=open_dir / "copies") is program


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_the_copy_keeps_the_layout_and_leaves_the_rest(program, open_dir) -> None:
    (open_dir / "home").chmod(0o700)
    stranger = Identity(user_id=STRANGER_ID, group_id=STRANGER_ID)
    copies_dir = open_dir / "copies"
    copy = reachable_program(program, stranger, copies_dir=copies_dir)
    copied = sorted(str(path.relative_to(copies_dir)) for path in copies_dir.rglob("*.*"))
    assert copy.path == copies_dir / "server-18.6/server/bin/serverd"
    assert is_reachable(copy.path.parent, user_id=STRANGER_ID)
    assert copied == ["server-18.6", "server-18.6/server.libs", "server-18.6/server.libs/libx.so"]
    assert reachable_program(program, stranger, copies_dir=copies_dir) == copy
