"""Profiles of several processes, added up."""

from loadtests.live.sampling import Profile, top


def test_functions_are_ranked_by_their_own_share():
    one = Profile(samples_count=6, own={"read": 4, "main": 2}, total={"read": 4, "main": 6})
    two = Profile(samples_count=4, own={"write": 4}, total={"write": 4, "main": 4})
    ranked = top([one, two])
    assert [(s.function, s.own_share, s.total_share) for s in ranked] == [
        ("read", 0.4, 0.4),
        ("write", 0.4, 0.4),
        ("main", 0.2, 1.0),
    ]


def test_a_process_that_did_nothing_has_no_shares():
    assert top([Profile(samples_count=0, own={}, total={})]) == []
