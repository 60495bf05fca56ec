"""The pauses between attempts to connect."""

from service.live.subscription import PAUSE_S_MAX, PAUSE_S_MIN, next_pause_s


def test_pauses_double_from_the_least_to_the_most() -> None:
    pauses_s = [0.0]
    for _ in range(7):
        pauses_s.append(next_pause_s(pauses_s[-1]))
    assert pauses_s[1:] == [PAUSE_S_MIN, 0.2, 0.4, 0.8, 1.6, PAUSE_S_MAX, PAUSE_S_MAX]
