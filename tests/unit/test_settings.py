from pathlib import Path

import msgspec
import pytest

from service.settings import (
    Settings,
    UnfitForLiveError,
    default_state_dir,
    first_metrics_port,
    own_servers,
    read_settings,
)

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


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("RECIPIENT_RETENTION_DAYS", "29"),  # below that of webhooks
        ("WEBHOOK_RETENTION_DAYS", "91"),
        ("WEBHOOK_RETENTION_DAYS", "4"),
        ("TRAIL_RETENTION_DAYS", "0"),
        ("DECISION_RETENTION_DAYS", "0"),
        ("IDLE_PLACES_RETENTION_H", "-1"),
        ("LOOK_RETENTION_DAYS", "29"),
    ],
)
def test_what_is_kept_too_long_or_not_long_enough_is_refused_at_once(name, days):
    with pytest.raises(msgspec.ValidationError, match="retention"):
        read_settings(URLS | {f"HEXHAUL_{name}": days})


KEYS = {"HEXHAUL_WEBHOOK_KEYS": "ab" * 32}


@pytest.mark.parametrize("changes", [{"lock_timeout_ms": 1_600}, {"command_timeout_s": 1.5}])
def test_a_lock_is_waited_for_clearly_shorter_than_a_statement_may_take(changes):
    with pytest.raises(ValueError, match="lock_timeout_ms"):
        Settings(database_url="d", redis_url="r", **changes)


def test_a_webhook_key_that_is_none_is_refused_at_once():
    with pytest.raises(msgspec.ValidationError, match="webhook key"):
        read_settings(URLS | {"HEXHAUL_WEBHOOK_KEYS": "ab"})


@pytest.mark.parametrize(
    ("environ", "wrong"),
    [
        ({"HEXHAUL_WEBHOOK_KEYS": ""}, "webhook_keys"),
        ({"HEXHAUL_WEBHOOK_LOOPBACK": "1"}, "loopback"),
        ({"HEXHAUL_OPS_COOKIE_IS_PLAIN": "1"}, "cookie"),
        ({"HEXHAUL_LOG_LEVEL": "debug"}, "log_level"),
        ({"HEXHAUL_ORIGINS_ALLOWED": "https://a.example http://b.example"}, "origins_allowed"),
        ({"REDIS_URL": "rediss://10.0.0.5:6379/0"}, "password"),
        ({"REDIS_URL": "redis://:pw@10.0.0.5:6379/0"}, "rediss"),
        ({"DATABASE_URL": "postgresql://u:pw@10.0.0.5/hexhaul"}, "sslmode"),
        ({"DATABASE_URL": "postgresql://u:pw@10.0.0.5/hexhaul?sslmode=prefer"}, "sslmode"),
        ({"DATABASE_URL": "postgresql:///hexhaul?host=/run&host=10.0.0.5"}, "sslmode"),
    ],
)
def test_a_live_market_is_not_served_by_settings_that_let_strangers_in_or_secrets_out(
    environ, wrong
):
    with pytest.raises(UnfitForLiveError, match=wrong):
        read_settings(URLS | KEYS | environ).check_fit_for_live()


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"DATABASE_URL": "postgresql:///hexhaul?host=/run/postgres", "REDIS_URL": "unix:///r.sock"},
        {"DATABASE_URL": "postgresql://u:pw@127.0.0.1/hexhaul", "REDIS_URL": "redis://[::1]/0"},
        {
            "DATABASE_URL": "postgresql://u:pw@db.example/hexhaul?sslmode=verify-full",
            "REDIS_URL": "rediss://:pw@redis.example:6379/0",
        },
        {
            "DATABASE_URL": "postgresql://u:pw@10.0.0.5/hexhaul",
            "REDIS_URL": "redis://:pw@10.0.0.5:6379/0",
            "HEXHAUL_NETWORK_IS_OWN": "true",
        },
    ],
)
def test_servers_on_this_machine_or_behind_tls_are_fit_for_a_live_market(environ):
    read_settings(URLS | KEYS | environ).check_fit_for_live()


def test_settings_do_not_show_what_is_secret_in_them():
    environ = KEYS
    shown = repr(
        read_settings({**environ, "DATABASE_URL": "postgresql://u:pw@h/", "REDIS_URL": "r"})
    )
    assert "pw" not in shown
    assert "abab" not in shown


def test_the_embedded_servers_are_for_those_who_name_none():
    assert own_servers({}) is None
    assert own_servers({"DATABASE_URL": "d"}) is None
    assert own_servers({"DATABASE_URL": "d", "REDIS_URL": "r"}) == ("d", "r")


def test_the_state_folder_may_be_elsewhere(monkeypatch):
    monkeypatch.setenv("HEXHAUL_STATE_DIR", "/var/lib/hexhaul")
    assert default_state_dir() == Path("/var/lib/hexhaul")


def test_a_proxy_is_an_address_or_a_network():
    read_settings({**URLS, "HEXHAUL_PROXIES_TRUSTED": "10.0.0.0/8 ::1"})
    with pytest.raises(ValueError, match="nonsense"):
        read_settings({**URLS, "HEXHAUL_PROXIES_TRUSTED": "nonsense"})


def test_whoever_starts_several_processes_reads_the_first_port_of_metrics():
    assert first_metrics_port({"HEXHAUL_METRICS_PORT": "9100"}) == 9_100
    assert first_metrics_port({}) == 0


ISSUER = {
    "HEXHAUL_OIDC_ISSUER": "https://issuer.example",
    "HEXHAUL_OIDC_CLIENT_ID": "ops",
    "HEXHAUL_OIDC_REDIRECT_URL": "https://ops.example/ops",
}


@pytest.mark.parametrize("missing", ISSUER)
def test_half_an_issuer_is_refused_at_once(missing):
    assert read_settings(URLS | ISSUER).oidc_issuer
    with pytest.raises(msgspec.ValidationError, match="go together"):
        read_settings(URLS | {name: ISSUER[name] for name in ISSUER if name != missing})


@pytest.mark.parametrize(
    "url", ["http://issuer.example", "issuer.example", "ftp://127.0.0.1", "https://"]
)
def test_an_issuer_without_tls_is_refused_at_once(url):
    with pytest.raises(msgspec.ValidationError, match="https"):
        read_settings(URLS | ISSUER | {"HEXHAUL_OIDC_ISSUER": url})


def test_an_issuer_on_this_machine_is_for_tests():
    settings = read_settings(URLS | ISSUER | {"HEXHAUL_OIDC_ISSUER": "http://127.0.0.1:8080"})
    with pytest.raises(UnfitForLiveError):
        msgspec.structs.replace(settings, webhook_keys="ab" * 32).check_fit_for_live()


def test_without_passwords_somebody_else_has_to_vouch():
    with pytest.raises(msgspec.ValidationError, match="nobody could log in"):
        read_settings(URLS | {"HEXHAUL_OPS_PASSWORDS": "false"})
    assert not read_settings(URLS | ISSUER | {"HEXHAUL_OPS_PASSWORDS": "false"}).ops_passwords
