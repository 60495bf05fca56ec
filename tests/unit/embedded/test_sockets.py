"""Where the sockets are: a path short enough for an address, and plain enough for a URL."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.embedded.errors import StateFolderUnusableError
from service.embedded.postgres import postgres_url
from service.embedded.sockets import POSTGRES_SOCKET, SOCKET_PATH_BYTES_MAX, choose_socket_folder

TEMPORARY = (Path("/tmp"),)  # noqa: S108 -- a path, not a file


def test_a_short_plain_path_keeps_its_sockets_inside() -> None:
    chosen = choose_socket_folder(Path("/srv/hexhaul/.state"), TEMPORARY, user_id=7)
    assert chosen == Path("/srv/hexhaul/.state/sockets")


@given(st.lists(st.text("aé /?&%+#", min_size=1, max_size=60), max_size=5), st.integers(0, 2**32))
def test_every_path_gets_a_folder_that_fits_and_needs_no_quoting(words, user_id) -> None:
    state_dir = Path("/", *words, "state")
    chosen = choose_socket_folder(state_dir, TEMPORARY, user_id=user_id)
    assert len(str(chosen / POSTGRES_SOCKET).encode()) <= SOCKET_PATH_BYTES_MAX
    assert not set(str(chosen)) & set(" ?&%+#é")
    assert chosen == choose_socket_folder(state_dir, TEMPORARY, user_id=user_id)
    assert str(chosen) in postgres_url(chosen)


def test_two_long_paths_do_not_share_a_folder() -> None:
    one, two = (
        choose_socket_folder(Path("/", "long" * 40, name), TEMPORARY, user_id=7)
        for name in ("one", "two")
    )
    assert one != two


def test_a_long_temporary_folder_is_passed_over_for_a_short_one() -> None:
    state_dir, long = Path("/", "s" * 200), Path("/", "t" * 200)
    chosen = choose_socket_folder(state_dir, (long, *TEMPORARY), user_id=7)
    assert chosen.parent == TEMPORARY[0]
    with pytest.raises(StateFolderUnusableError, match="shorter"):
        choose_socket_folder(state_dir, (long,), user_id=7)
