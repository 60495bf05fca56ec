"""Places for pictures: few for one courier, bounded for all, and given back whatever happens."""

from contextlib import ExitStack
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.uploads import UPLOADS_COUNT_MAX, UPLOADS_OF_COURIER_COUNT_MAX, Uploads
from service.domain.errors import OverloadedError

ANNA, BEN = UUID(int=1), UUID(int=2)


def test_a_courier_has_few_and_takes_none_of_anothers():
    uploads = Uploads()
    with ExitStack() as held:
        for _ in range(UPLOADS_OF_COURIER_COUNT_MAX):
            held.enter_context(uploads.place(ANNA))
        with pytest.raises(OverloadedError), uploads.place(ANNA):
            pass
        with uploads.place(BEN):
            pass
    with uploads.place(ANNA):
        pass


def test_all_together_have_so_many():
    uploads = Uploads()
    with ExitStack() as held:
        for number in range(UPLOADS_COUNT_MAX):
            held.enter_context(uploads.place(UUID(int=number)))
        with pytest.raises(OverloadedError), uploads.place(UUID(int=UPLOADS_COUNT_MAX)):
            pass


@given(st.lists(st.tuples(st.sampled_from([ANNA, BEN]), st.booleans())))
def test_a_place_comes_back_also_from_who_fails(visits):
    uploads = Uploads()
    for courier_id, fails in visits:
        with ExitStack() as outcome:
            if fails:
                outcome.enter_context(pytest.raises(ValueError, match="failed"))
            with uploads.place(courier_id):
                if fails:
                    raise ValueError("failed")
    with ExitStack() as held:
        for _ in range(UPLOADS_OF_COURIER_COUNT_MAX):
            held.enter_context(uploads.place(ANNA))
