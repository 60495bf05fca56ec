"""Batches are the whole sequence in order, none too long and none empty."""

from hypothesis import given
from hypothesis import strategies as st

from service.live.batches import in_batches


@given(st.lists(st.integers(), max_size=30), st.integers(1, 10))
def test_batches_make_up_the_whole(items: list[int], count_max: int) -> None:
    batches = list(in_batches(items, count_max=count_max))
    assert [item for batch in batches for item in batch] == items
    assert all(1 <= len(batch) <= count_max for batch in batches)
    assert all(len(batch) == count_max for batch in batches[:-1])
