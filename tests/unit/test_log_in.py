"""Refresh tokens: of all that were ever given, one is good, and the one before it for a while."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from service.actions.refresh_tokens import (
    RefreshToken,
    first_refresh_token,
    parse_refresh_token,
)
from service.domain.log_in import (
    REPEAT_GRACE_S,
    RefreshLine,
    Verdict,
    judge,
    renewed,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)


class LogIn:
    """A log-in, all the tokens that it ever gave, and a clock."""

    def __init__(self, device_key=None):
        self.given = [first_refresh_token("00000000")]
        self.now = NOW
        hashes = self.given[0].hashes
        self.line = RefreshLine(
            line_sha256=hashes.line_sha256,
            token_sha256=hashes.token_sha256,
            former_sha256=None,
            renewed_at=NOW,
            device_key=device_key,
        )

    def bring(self, token):
        """Bring a token; what it brings is given, the same again if it was before."""
        verdict = judge(self.line, token.hashes, now=self.now)
        if verdict in (Verdict.GOOD, Verdict.LATE, Verdict.AHEAD):
            sealed = self.line.next_sealed
            if verdict is not Verdict.LATE:
                sealed = token.seal(token.next())
            self.given.append(token.again(sealed).refresh)
            self.line = renewed(
                self.line,
                verdict,
                brought=token.hashes,
                token_sha256=self.given[-1].hashes.token_sha256,
                next_sealed=sealed,
                now=self.now,
            )
        return verdict

    def restore(self, line):
        """Come from a backup, in which the line was this."""
        self.line = replace(line, is_restored=True)

    def wait(self, seconds):
        self.now += timedelta(seconds=seconds)


def test_the_newest_token_is_good_whenever_it_comes():
    log_in = LogIn()
    for seconds in (0.0, 1.0, 3_600.0, 86_400.0):
        log_in.wait(seconds)
        assert log_in.bring(log_in.given[-1]) is Verdict.GOOD


def test_the_one_before_is_late_for_a_minute_from_its_first_use_and_then_stolen():
    log_in = LogIn()
    first = log_in.given[0]
    log_in.bring(first)
    for _ in range(3):
        log_in.wait(REPEAT_GRACE_S / 3.0)
        assert log_in.bring(first) is Verdict.LATE
    log_in.wait(0.1)
    assert log_in.bring(first) is Verdict.STOLEN


def test_what_comes_again_is_given_the_same_again_whichever_is_heard_first():
    log_in = LogIn()
    first = log_in.given[0]
    log_in.bring(first)
    log_in.bring(first)
    _, earlier, later = log_in.given
    assert earlier == later
    assert log_in.bring(earlier) is Verdict.GOOD


def test_who_signs_may_come_again_until_the_next_token_is_brought():
    log_in = LogIn(device_key=b"a point")
    first = log_in.given[0]
    log_in.bring(first)
    log_in.wait(86_400.0)
    assert log_in.bring(first) is Verdict.LATE
    assert log_in.bring(log_in.given[-1]) is Verdict.GOOD
    assert log_in.bring(first) is Verdict.STOLEN


def test_after_a_restore_a_token_of_after_the_backup_is_not_stolen_and_an_old_one_is_once_more():
    log_in = LogIn()
    backup = log_in.line
    log_in.bring(log_in.given[-1])
    log_in.bring(log_in.given[-1])
    log_in.restore(backup)
    assert log_in.bring(log_in.given[-1]) is Verdict.AHEAD
    log_in.wait(REPEAT_GRACE_S + 1.0)
    assert log_in.bring(log_in.given[0]) is Verdict.STOLEN


def test_after_a_restore_who_was_given_nothing_since_goes_on():
    log_in = LogIn()
    log_in.restore(log_in.line)
    assert log_in.bring(log_in.given[-1]) is Verdict.GOOD
    assert not log_in.line.is_restored


def test_nothing_of_what_is_kept_is_the_token_or_the_secret():
    token = first_refresh_token("00000000")
    next_ = token.next()
    sealed = token.seal(next_)
    assert token.again(sealed) == next_
    assert first_refresh_token("00000000").again(sealed) != next_
    assert not any(sealed[i : i + 8] in next_.random for i in range(40))
    assert repr(next_) == "NextTokens(00000000)"


def test_a_guess_and_a_token_of_another_log_in_are_unknown():
    log_in = LogIn()
    assert log_in.bring(first_refresh_token("00000000")) is Verdict.UNKNOWN


steps = st.lists(st.tuples(st.floats(0.0, 100.0), st.integers(0, 30)), max_size=30)


@given(steps)
def test_of_all_tokens_ever_given_no_two_go_on_for_longer_than_the_grace(steps):
    log_in = LogIn()
    for seconds, index in steps:
        log_in.bring(log_in.given[index % len(log_in.given)])
        log_in.wait(seconds)
    ever = {token.secret: token.hashes for token in log_in.given}.values()
    verdicts = [judge(log_in.line, hashes, now=log_in.now) for hashes in ever]
    assert verdicts.count(Verdict.GOOD) == 1
    assert verdicts.count(Verdict.LATE) <= 1
    log_in.wait(REPEAT_GRACE_S + 1.0)
    verdicts = [judge(log_in.line, hashes, now=log_in.now) for hashes in ever]
    assert verdicts.count(Verdict.STOLEN) == len(ever) - 1


@given(st.binary(min_size=32, max_size=32))
def test_a_token_is_read_as_it_was_written(secret):
    token = RefreshToken(credential_id="0a1b2c3d", secret=secret)
    assert parse_refresh_token(token.text) == token
    assert token.text[-43:] not in repr(token)


def test_other_texts_are_no_refresh_tokens():
    for text in ("", "hh_refresh_0a1b2c3d_", "hh_access_0a1b2c3d_" + "0" * 43, "x" * 64):
        assert parse_refresh_token(text) is None
