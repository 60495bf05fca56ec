"""After a failure the fact to blame is found by halves, tried alone, and then put aside."""

import pytest

from service.relay.caution import BRAKE_S_MAX, FREELY_COUNT, TRIES_COUNT_MAX, WINDOW_S, Caution


def relay(facts_count, poison, *, batch_count_max=64):
    """Relay so many facts with these poison ones; return what was told and put aside, and tries."""
    caution = Caution(batch_count_max, unknown_s=60.0)
    place, told, aside, tries_count, now_s = 0, [], [], 0, 0.0
    while place < facts_count:
        portion = range(place, min(facts_count, place + caution.limit_count))
        tries_count += 1
        if poison & set(portion):
            if caution.is_to_be_put_aside(at_s=now_s, is_unknown=False):
                aside.append(place)
                place += 1
            now_s += WINDOW_S  # each alone
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


def fails(caution, at_s, *, is_unknown=False):
    return caution.is_to_be_put_aside(at_s=at_s, is_unknown=is_unknown)


def put_aside_after_s(caution, at_s, *, is_unknown=False):
    """Return how long it takes until the next fact is put aside."""
    began_s = at_s
    while not fails(caution, at_s, is_unknown=is_unknown):
        at_s += max(0.001, caution.pause_s)
    return at_s - began_s


def test_a_fact_is_tried_three_times_before_it_is_put_aside():
    caution = Caution(1, unknown_s=60.0)
    assert [fails(caution, 0.0) for _ in range(4)] == [False, False, True, False]


def test_what_passes_after_all_is_not_put_aside():
    caution = Caution(1, unknown_s=60.0)
    fails(caution, 0.0)
    fails(caution, 0.0)
    caution.passed(1)
    assert not fails(caution, 0.0)


def test_what_another_release_has_recorded_waits_for_a_relay_of_that():
    assert put_aside_after_s(Caution(1, unknown_s=60.0), 0.0, is_unknown=True) >= 60.0
    assert put_aside_after_s(Caution(1, unknown_s=60.0), 0.0) < 1.0


def test_the_more_are_put_aside_the_longer_each_waits_whatever_passes_between():
    caution, now_s, waits_s = Caution(1, unknown_s=60.0), 0.0, []
    for _ in range(FREELY_COUNT + 12):
        waits_s.append(put_aside_after_s(caution, now_s))
        now_s += waits_s[-1]
        caution.passed(1)  # such as what ops are told of it
    assert max(waits_s[:FREELY_COUNT]) < 1.0
    assert 60.0 < max(waits_s) <= 2 * BRAKE_S_MAX
    assert sum(waits_s) > WINDOW_S


def test_long_after_the_last_one_a_fact_is_put_aside_at_once_again():
    caution = Caution(1, unknown_s=60.0)
    for _ in range(FREELY_COUNT + 2):
        put_aside_after_s(caution, 0.0)
    assert put_aside_after_s(caution, 10 * WINDOW_S) < 1.0
