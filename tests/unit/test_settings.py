from pathlib import Path

import msgspec
import pytest

from service.settings import Settings, default_state_dir, own_servers, read_settings

URLS = {"DATABASE_URL": "postgresql:///hexhaul", "REDIS_URL": "redis://localhost"}


def test_every_setting_can_be_given_as_text():
    defaults = Settings(database_url="d", redis_url="r")
    environ = {
        f"HEXHAUL_{field.name.upper()}": str(getattr(defaults, field.name)).lower()
        for field in msgspec.structs.fields(Settings)
    }
    assert read_settings(environ) == defaults


def test_the_variables_of_the_command_line_are_no_settings():
    read_settings({**URLS, "HEXHAUL_STATE_DIR": "/var/lib/hexhaul"})


@pytest.mark.parametrize("missing", sorted(URLS))
def test_a_missing_url_is_named(missing):
    environ = {name: value for name, value in URLS.items() if name != missing}
    with pytest.raises(msgspec.ValidationError, match=missing.lower()):
        read_settings(environ)


def test_a_misspelt_variable_is_named():
    with pytest.raises(msgspec.ValidationError, match="http_prot"):
        read_settings({**URLS, "HEXHAUL_HTTP_PROT": "80"})


def test_a_value_of_the_wrong_type_is_named():
    with pytest.raises(msgspec.ValidationError, match="http_port"):
        read_settings({**URLS, "HEXHAUL_HTTP_PORT": "eighty"})


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"TRAVEL": "osrm"}, "travel_url"),
        ({"TRAVEL": "valhalla"}, "travel_url"),
        ({"TRAVEL": "graph"}, "travel_graph"),
        ({"TRAVEL": "flying"}, "travel"),
        ({"TRAVEL_TABLE_CELLS_COUNT_MAX": "1"}, "travel_table_cells_count_max"),
        ({"TRAVEL_CELLS_COUNT_MAX": "10"}, "travel_cells_count_max"),
    ],
)
def test_travel_times_from_nowhere_are_refused_at_once(changes, missing):
    environ = URLS | {f"HEXHAUL_{name}": value for name, value in changes.items()}
    with pytest.raises(msgspec.ValidationError, match=missing):
        read_settings(environ)


def test_the_embedded_servers_are_for_those_who_name_none():
    assert own_servers({}) is None
    assert own_servers({"DATABASE_URL": "d"}) is None
    assert own_servers({"DATABASE_URL": "d", "REDIS_URL": "r"}) == ("d", "r")


def test_the_state_folder_may_be_elsewhere(monkeypatch):
    monkeypatch.setenv("HEXHAUL_STATE_DIR", "/var/lib/hexhaul")
    assert default_state_dir() == Path("/var/lib/hexhaul")
