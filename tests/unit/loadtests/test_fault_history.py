"""What clients do is kept in order, told apart by operation, and read again as it was."""

import pytest

from loadtests.faults.history import History, operations, read_history


@pytest.fixture
def path(tmp_path):
    return tmp_path / "history.jsonl"


def test_a_history_is_read_as_it_was_written(path):
    with History(path, now_s=iter(range(100)).__next__) as history:
        history.trial = 7
        number = history.invoke("merchant:0", "POST /v1/jobs", key="k")
        history.fault("kill_api", victim="api")
        history.end(number, "ok", status=201)
        history.heal("kill_api")
        history.hear("sink:0", "webhook", id="evt_1")
    assert read_history(path) == history.events
    assert [event.kind for event in history.events] == ["invoke", "fault", "ok", "heal", "heard"]
    assert {event.trial for event in history.events} == {7}


def test_an_operation_is_put_together_from_its_beginning_and_its_end(path):
    with History(path, now_s=iter([1.0, 2.0, 4.0]).__next__) as history:
        first = history.invoke("courier:1", "accept_offer", ref="a")
        history.invoke("courier:2", "accept_offer", ref="b")
        history.end(first, "fail", code="offer_gone")
    ended, hanging = operations(history.events)
    assert (ended.invoked_s, ended.ended_s, ended.outcome) == (1.0, 4.0, "fail")
    assert (ended.asked, ended.answered) == ({"ref": "a"}, {"code": "offer_gone"})
    assert (hanging.outcome, hanging.ended_s, hanging.answered) == (None, None, {})


def test_an_operation_ends_once(path):
    with History(path) as history:
        number = history.invoke("ops", "PUT /v1/ops/market/pause")
        history.end(number, "unknown")
        with pytest.raises(KeyError):
            history.end(number, "ok")


def test_what_comes_after_the_end_is_left_out(path):
    with History(path) as history:
        pass
    history.hear("sink:0", "webhook")
    assert history.events == []
