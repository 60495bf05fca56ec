"""The start of the servers: its pace, the report of it, and when PostgreSQL says it is ready."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.embedded.binaries import Program
from service.embedded.errors import (
    EmbeddedError,
    ServerFailedError,
    StateFolderUnusableError,
)
from service.embedded.identity import Identity
from service.embedded.pace import START_INTERVAL_S, pause_before_start_s
from service.embedded.postgres import prepare_data, says_ready
from service.embedded.report import Failure, ServerUrls, decode_report, encode_report

URLS = ServerUrls(database_url="postgresql://x", redis_url="unix:///y")


@given(st.floats(0.0, 1e9))
def test_starts_are_an_interval_apart_and_no_longer(alive_s) -> None:
    assert alive_s + pause_before_start_s(alive_s) == pytest.approx(max(alive_s, START_INTERVAL_S))


def test_the_urls_arrive_as_they_were_sent() -> None:
    assert decode_report(encode_report(URLS)) == URLS


@pytest.mark.parametrize("error", EmbeddedError.__subclasses__())
def test_a_failure_arrives_as_the_error_it_was(error) -> None:
    with pytest.raises(error, match="what to do"):
        decode_report(encode_report(Failure(code=error.code, message="what to do")))


@pytest.mark.parametrize("line", [b"", b'{"type": "ready"', b"Traceback\n"])
def test_an_end_without_a_report_is_a_failure_too(line) -> None:
    with pytest.raises(ServerFailedError, match=r"supervisor\.log"):
        decode_report(line)


@pytest.mark.parametrize(
    ("pid", "status", "is_ready"),
    [(7, "ready", True), (7, "starting", False), (8, "ready", False)],
)
def test_only_the_ready_server_of_this_pid_is_ready(tmp_path, pid, status, is_ready) -> None:
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(f"7\n/data\n1\n5432\n/sockets\n\n1 2\n{status:<8}\n")
    assert says_ready(pid_file, pid) is is_ready


def test_a_server_without_a_pid_file_or_with_half_of_one_is_not_ready(tmp_path) -> None:
    pid_file = tmp_path / "postmaster.pid"
    assert not says_ready(pid_file, 7)
    pid_file.write_text("7\n/data\n")
    assert not says_ready(pid_file, 7)


def test_data_of_another_major_version_is_refused_and_left_alone(tmp_path) -> None:
    data_dir = tmp_path / "postgres"
    data_dir.mkdir()
    (data_dir / "PG_VERSION").write_text("17\n")
    program = Program(path=tmp_path / "bin" / "postgres", version=(18, 6))
    with pytest.raises(StateFolderUnusableError, match="written by PostgreSQL 17"):
        prepare_data(program, Identity(), tmp_path)
    assert (data_dir / "PG_VERSION").read_text() == "17\n"
