"""After a failure the fact to blame is found by halves, tried alone, and then put aside."""

import pytest

from service.relay.caution import PAUSE_S_MAX, TRIES_COUNT_MAX, Caution


def relay(facts_count, poison, *, batch_count_max=64):
    """Relay so many facts with these poison ones; return what was told and put aside, and tries."""
    caution = Caution(batch_count_max)
    place, told, aside, tries_count = 0, [], [], 0
    while place < facts_count:
        portion = range(place, min(facts_count, place + caution.limit_count))
        tries_count += 1
        if poison & set(portion):
            if caution.is_to_be_put_aside():
                aside.append(place)
                place += 1
            continue
        caution.passed(len(portion))
        told += portion
        place += len(portion)
    return told, aside, tries_count


@pytest.mark.parametrize(
    "poison", [set(), {0}, {17}, {63}, {64}, {5, 6}, {0, 31, 32, 63}, set(range(64))]
)
def test_the_poison_facts_and_no_others_are_put_aside(poison):
    told, aside, _ = relay(100, poison)
    assert told == [place for place in range(100) if place not in poison]
    assert aside == sorted(poison)


def test_one_is_found_in_few_tries():
    for place in range(64):
        _, _, tries_count = relay(64, {place})
        assert tries_count <= 1 + 2 * 6 + TRIES_COUNT_MAX


def test_a_fact_is_tried_three_times_before_it_is_put_aside():
    caution = Caution(1)
    assert [caution.is_to_be_put_aside() for _ in range(4)] == [False, False, True, False]


def test_what_passes_after_all_is_not_put_aside():
    caution = Caution(1)
    caution.is_to_be_put_aside()
    caution.is_to_be_put_aside()
    caution.passed(1)
    assert not caution.is_to_be_put_aside()


def test_facts_put_aside_in_a_row_are_put_aside_ever_more_slowly():
    caution = Caution(1)
    assert caution.pause_s == 0.0
    pauses_s = []
    for _ in range(10):
        while not caution.is_to_be_put_aside():
            pass
        pauses_s.append(caution.pause_s)
    assert pauses_s == sorted(pauses_s)
    assert pauses_s[-1] == PAUSE_S_MAX
    caution.passed(1)
    assert caution.pause_s == 0.0
