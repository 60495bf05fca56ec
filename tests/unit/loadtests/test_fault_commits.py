"""A COMMIT is seen wherever the bytes of a connection are cut."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from loadtests.faults.commits import COMMIT, CommitWatch

QUERY = b"Q\x00\x00\x00\x0dSELECT 1\x00"


def chunks_of(text, cuts):
    places = sorted({0, *cuts, len(text)})
    return [text[start:end] for start, end in pairwise(places)]


@given(st.lists(st.integers(0, 60)), st.integers(1, 3))
def test_every_commit_is_seen_once_however_it_is_cut(cuts, commits_count):
    text = (QUERY + COMMIT) * commits_count
    watch = CommitWatch()
    seen_count = sum(watch.sees(chunk) for chunk in chunks_of(text, [c % len(text) for c in cuts]))
    assert 1 <= seen_count <= commits_count


@given(st.integers(1, len(COMMIT) - 1))
def test_a_commit_in_two_parts_is_seen_with_the_second(place):
    watch = CommitWatch()
    assert not watch.sees(QUERY + COMMIT[:place])
    assert watch.sees(COMMIT[place:] + QUERY)
    assert not watch.sees(QUERY)


def test_other_queries_are_no_commits():
    watch = CommitWatch()
    assert not watch.sees(QUERY * 100)
    assert not watch.sees(b"COMMIT;")
