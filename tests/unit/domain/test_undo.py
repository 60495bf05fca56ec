"""Which acts have an inverse, and which honestly have none."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from msgspec.structs import replace

from service.domain.audit_log import (
    BEGINNING,
    SHELL,
    AuditAction,
    AuditEntry,
    seal,
)
from service.domain.errors import UndoTooLateError
from service.domain.undo import (
    MoveBack,
    OfferAgain,
    Reinstate,
    Resume,
    SetPaused,
    Waive,
    Withdraw,
    inverse_of,
    undoes,
)
from service.domain.vocabulary import ProofKind, ReasonCode, WaiverReason

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
JOB, ANNA, OFFER, STOP = (UUID(int=number) for number in range(1, 5))
OF_JOB, OF_ANNA = f"job:{JOB}", f"courier:{ANNA}"


def entry(action, subject, before=None, after=None, *, origin=SHELL, reason="courier_issue"):
    told = AuditEntry(
        market_id="vienna",
        origin=origin,
        action=action,
        subject=subject,
        before=before or {},
        after=after or {},
        reason=reason,
    )
    (sealed,) = seal([told], after=BEGINNING, at=AT)
    return sealed


@pytest.mark.parametrize(
    ("act", "inverse"),
    [
        (
            entry(AuditAction.ASSIGN_JOB, OF_JOB, after={"offer_id": str(OFFER)}),
            Withdraw(OFFER),
        ),
        (
            entry(AuditAction.REASSIGN_JOB, OF_JOB, {"courier_id": str(ANNA)}, {"attempt": 2}),
            OfferAgain(JOB, ANNA, 2),
        ),
        (
            entry(AuditAction.EXTEND_DEADLINE, OF_JOB, {"deadline_at": AT.isoformat()}),
            MoveBack(JOB, AT, ReasonCode.COURIER_ISSUE, None),
        ),
        (
            entry(
                AuditAction.WAIVE_PROOF,
                OF_JOB,
                {"stop_id": str(STOP), "waived_proofs": "code photo"},
                reason="device_broken",
            ),
            Waive(
                *(JOB, STOP, (ProofKind.CODE, ProofKind.PHOTO), WaiverReason.DEVICE_BROKEN),
            ),
        ),
        (entry(AuditAction.PAUSE_MARKET, "market:vienna"), SetPaused(is_paused=False)),
        (entry(AuditAction.RESUME_MARKET, "market:vienna"), SetPaused(is_paused=True)),
        (
            entry(
                AuditAction.SET_STATUS,
                OF_ANNA,
                {"status": "busy"},
                {"status": "paused", "version": 7},
            ),
            Resume(ANNA, ReasonCode.COURIER_ISSUE, 7),
        ),
        (
            entry(AuditAction.SUSPEND_COURIER, OF_ANNA, {"account_status": "active"}),
            Reinstate(ANNA),
        ),
        (
            entry(
                AuditAction.SUSPEND_COURIER,
                OF_ANNA,
                {"account_status": "suspended", "suspended_until": AT.isoformat()},
            ),
            Reinstate(ANNA),
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_act_is_taken_back_by_its_inverse(act, inverse):
    assert inverse_of(act, now=AT) == inverse


@pytest.mark.parametrize(
    "act",
    [
        entry(AuditAction.CANCEL_JOB, OF_JOB, {"status": "open"}, {"status": "canceled"}),
        entry(AuditAction.FAIL_JOB, OF_JOB),
        entry(AuditAction.REASSIGN_ALL, OF_ANNA, {"status": "busy"}, {"status": "offline"}),
        entry(AuditAction.SET_STATUS, OF_ANNA, {"status": "busy"}, {"status": "ending"}),
        entry(AuditAction.SET_STATUS, OF_ANNA, {"status": "ending"}, {"status": "paused"}),
        entry(AuditAction.SUSPEND_COURIER, OF_ANNA, {"account_status": "suspended"}),
        entry(
            AuditAction.SUSPEND_COURIER,
            OF_ANNA,
            {"account_status": "suspended", "suspended_until": "2026-11-21T12:00:01+00:00"},
        ),
        entry(AuditAction.REINSTATE_COURIER, OF_ANNA, {"account_status": "suspended"}),
    ],
    ids=lambda act: act.action,
)
def test_what_nothing_takes_back_is_refused(act):
    with pytest.raises(UndoTooLateError):
        inverse_of(act, now=AT)


def test_an_undo_says_what_it_undoes_and_stays():
    origin = replace(SHELL, undoes=7)
    act = entry(AuditAction.RESUME_MARKET, "market:vienna", origin=origin)
    assert undoes(act) == 7
    with pytest.raises(UndoTooLateError):
        inverse_of(act, now=AT)


def test_every_action_is_asked_about():
    """What is new has no inverse until somebody gives it one, and nothing breaks by it."""
    for action in AuditAction:
        try:
            inverse_of(entry(action, OF_JOB), now=AT)
        except UndoTooLateError:
            continue
        assert action in (AuditAction.PAUSE_MARKET, AuditAction.RESUME_MARKET)
