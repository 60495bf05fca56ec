"""Which processes a stack is made of."""

from pathlib import Path

import pytest

from service.stack import Plan, api_names, commands_of, metrics_ports


@pytest.mark.parametrize(
    ("apis_count", "names"),
    [(1, ("api",)), (2, ("api", "api-2")), (3, ("api", "api-2", "api-3"))],
)
def test_each_api_has_a_name_of_its_own(apis_count, names) -> None:
    assert api_names(apis_count) == names


def test_every_api_listens_on_the_same_socket_and_starts_last() -> None:
    commands = commands_of(Plan(state_dir=Path(), apis_count=3), listener_fd=7)
    assert list(commands) == ["relay", "dispatch", "webhooks", "api", "api-2", "api-3"]
    for name in api_names(3):
        assert commands[name][-3:] == ["api", "--listener-fd", "7"]


def test_each_process_tells_its_metrics_on_a_port_of_its_own() -> None:
    plan = Plan(state_dir=Path(), apis_count=2)
    assert metrics_ports(plan, first_port=9_100) == {
        "relay": 9_100,
        "dispatch": 9_101,
        "webhooks": 9_102,
        "api": 9_103,
        "api-2": 9_104,
    }


def test_without_a_port_nobody_tells_any() -> None:
    assert metrics_ports(Plan(state_dir=Path()), first_port=0) == {}
