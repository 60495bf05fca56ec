"""Figures on record."""

import json

from loadtests.matching.recording import command, shown, table, write_record


def test_a_record_is_strict_json_with_command_machine_and_load(tmp_path):
    path = tmp_path / "new" / "record.json"
    write_record(path, {"rows": [{"ratio": float("nan"), "ms": 1.0 / 3.0, "size": "town"}]})
    record = json.loads(path.read_text("utf-8"))
    assert record["rows"] == [{"ratio": None, "ms": 0.333333, "size": "town"}]
    assert {"command", "machine"} <= record.keys()
    assert len(record["machine"]["load_average"]) == 3


def test_the_command_on_record_names_no_folder_of_the_machine(monkeypatch):
    words = ["/home/me/loadtests/matching/tick.py", "--seeds", "2", "--json", "/home/me/tick.json"]
    monkeypatch.setattr("sys.argv", words)
    assert command() == "python -m loadtests.matching.tick --seeds 2 --json tick.json"


def test_a_table_has_a_line_per_row_below_the_names():
    lines = table([{"size": "town", "ms": 3.14159}, {"size": "city", "ms": 1234.5}]).splitlines()
    assert [line.split() for line in lines] == [["size", "ms"], ["town", "3.14"], ["city", "1234"]]


def test_what_is_no_number_is_a_dash():
    assert shown(float("inf")) == "-"
