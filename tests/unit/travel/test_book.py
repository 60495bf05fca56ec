import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from service.travel.book import NO_WAY, Book
from service.travel.source import Profile, Table

CAR = Profile.CAR
ROOM_COUNT = 4


def make_book(*, cells_count_max=ROOM_COUNT, cache_s=100.0):
    return Book(cells_count_max=cells_count_max, cache_s=cache_s)


def table(value, origins, destinations):
    seconds = np.full((len(origins), len(destinations)), float(value))
    return Table(seconds, 10.0 * seconds)


def test_what_was_written_is_read_in_the_direction_it_was_told():
    book = make_book()
    rows = book.enter([7, 8], at_s=0.0)
    book.write(CAR, [7], [8], table(60, [7], [8]))
    known = book.read(CAR, rows)
    assert (known.seconds[0, 1], known.metres[0, 1]) == (60.0, 600.0)
    assert np.isnan(known.seconds[1, 0])


def test_another_profile_knows_nothing_of_it():
    book = make_book()
    rows = book.enter([7, 8], at_s=0.0)
    book.write(CAR, [7], [8], table(60, [7], [8]))
    assert np.isnan(book.read(Profile.FOOT, rows).seconds).all()


def test_no_way_is_known_and_so_not_asked_again():
    book = make_book()
    rows = book.enter([7, 8], at_s=0.0)
    book.write(CAR, [7], [8], table(np.nan, [7], [8]))
    assert book.read(CAR, rows).seconds[0, 1] == NO_WAY


def test_an_answer_for_a_cell_that_has_left_is_dropped():
    book = make_book(cells_count_max=2)
    book.enter([7, 8], at_s=0.0)
    rows = book.enter([8, 9], at_s=1.0)
    book.write(CAR, [7, 8], [8, 9], table(60, [7, 8], [8, 9]))
    known = book.read(CAR, rows).seconds
    assert known[0, 1] == 60.0
    assert np.isnan(known[1, 0])


def test_a_cell_is_forgotten_after_its_time_even_when_it_is_used():
    book = make_book(cache_s=100.0)
    book.enter([7, 8], at_s=0.0)
    book.write(CAR, [7], [8], table(60, [7], [8]))
    assert book.read(CAR, book.enter([7, 8], at_s=99.0)).seconds[0, 1] == 60.0
    assert np.isnan(book.read(CAR, book.enter([7, 8], at_s=100.0)).seconds[0, 1])


cells = st.lists(st.integers(0, 9), min_size=1, max_size=ROOM_COUNT, unique=True)


@given(st.lists(st.tuples(cells, st.integers(1, 99)), max_size=20))
def test_it_never_tells_what_was_not_written_last(rounds):
    book, written = make_book(), {}
    for named, value in rounds:
        rows = book.enter(named, at_s=0.0)
        known = book.read(CAR, rows).seconds
        for a, origin in enumerate(named):
            for b, destination in enumerate(named):
                assert np.isnan(known[a, b]) or known[a, b] == written[origin, destination]
        book.write(CAR, named, named, table(value, named, named))
        assert (book.read(CAR, rows).seconds == value).all()
        written |= {(a, b): value for a in named for b in named}
