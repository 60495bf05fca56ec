"""Records in Redis say what the snapshot said."""

import numpy as np
import pytest

from loadtests.matching.city import CitySize, city
from loadtests.matching.records import packed, unpacked

COARSEST = {"courier_deg": 1e-7, "pickup_deg": 1e-7, "courier_acceptance_share": 1e-4}


@pytest.fixture(scope="module")
def snapshots():
    before = city(CitySize(40, 25, 3_000.0), seed=3)
    return before, unpacked(packed(before))


def test_a_snapshot_comes_back_to_the_nearest_step(snapshots):
    before, after = snapshots
    for name, column in before._asdict().items():
        if not isinstance(column, np.ndarray):
            continue
        again = getattr(after, name)
        assert again.dtype == column.dtype, name
        step = COARSEST.get(name, 1.0 if name.endswith("load") else 1e-3)
        np.testing.assert_allclose(again, column, rtol=0.0, atol=step, err_msg=name)


def test_routes_and_declines_come_back_exactly(snapshots):
    before, after = snapshots
    assert after.route_start.tolist() == before.route_start.tolist()
    assert after.decline_start.tolist() == before.decline_start.tolist()
    assert after.decline_courier.tolist() == before.decline_courier.tolist()


def test_records_of_what_was_read_are_the_same_records(snapshots):
    before, after = snapshots
    for words, again in zip(packed(before), packed(after), strict=True):
        assert (words == again).all()
