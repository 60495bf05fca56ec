"""What differs between rows and index is found, and nothing else."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from service.relay.drift import Difference, Drift, differences

A, B, C, D = (UUID(int=number) for number in range(4))
versions = st.dictionaries(st.sampled_from([A, B, C, D]), st.integers(1, 3))


def test_missing_left_over_and_other_versions_are_found():
    assert differences({A: 1, B: 2, C: 3}, {B: 2, C: 2, D: 5}) == {
        Difference(A, 1, None),
        Difference(C, 3, 2),
        Difference(D, None, 5),
    }


@given(versions, versions)
def test_repairing_the_differences_makes_the_index_equal(rows, index):
    for one in differences(rows, index):
        if one.row_version is None:
            del index[one.id]
        else:
            index[one.id] = one.row_version
    assert index == rows


def test_what_only_one_look_saw_is_no_drift():
    lagging, stuck = Difference(A, 2, 1), Difference(B, 2, 1)
    first = Drift(jobs=frozenset({lagging, stuck}), couriers=frozenset({lagging}))
    second = Drift(jobs=frozenset({stuck}), couriers=frozenset({Difference(A, 3, 2)}))
    both = first & second
    assert (both.count, both.job_ids, both.courier_ids) == (1, {B}, set())
