"""Long work lets others go first again and again, and loses nothing by it."""

import asyncio

import pytest

from service.api import turns
from service.api.turns import in_turns


@pytest.mark.parametrize(("turn_s_max", "is_shared"), [(0.0, True), (60.0, False)])
async def test_others_have_a_turn_when_one_has_taken_long_enough(
    monkeypatch, turn_s_max, is_shared
) -> None:
    monkeypatch.setattr(turns, "TURN_S_MAX", turn_s_max)
    said = list[str]()

    async def work(name: str) -> None:
        async for number in in_turns(range(3)):
            said.append(f"{name} {number}")  # when it is said matters

    async with asyncio.TaskGroup() as group:
        for name in ("first", "second"):
            group.create_task(work(name))
    in_order = [f"{name} {number}" for name in ("first", "second") for number in range(3)]
    assert sorted(said) == in_order
    assert (said != in_order) is is_shared
