"""What goes first when there is too much to do: four classes, what belongs to each, its limits.

State changes are what others wait for, so they have the most room; a read can be asked again. Each
class has its own line, its own wait and its own connections to Postgres, so that none takes
another's; while a line is full and moves, nobody of the classes below is begun. Within a class who
comes first is served first.
"""

from collections.abc import Mapping
from enum import IntEnum

from msgspec import Struct

from service.wire.courier_stream import (
    AcceptOffer,
    Ack,
    ArriveAtStop,
    Authenticate,
    ClientMessage,
    CompleteStop,
    DeclineOffer,
    FailStop,
    ReportPosition,
    Resume,
    SendMessage,
    SetStatus,
)


class Priority(IntEnum):
    DECIDE = 0  # a job changes hands or state: couriers' answers, cancellations, ops by hand
    CHANGE = 1  # new jobs, and whatever else is written
    READ = 2
    WATCH = 3  # sockets: streams and positions; they have mailboxes, handshakes, sampling


class Limits(Struct, frozen=True, kw_only=True):
    """Of a line: what is under way, what waits, and how long before it is told to come again."""

    served_count_max: int
    waiting_count_max: int
    wait_s_max: float


# What goes first comes first. Hardly more are served than have connections: the rest waits in the
# line, where it is seen that there is too much to do, and before it is decoded.
LIMITS: Mapping[Priority, Limits] = {
    Priority.DECIDE: Limits(served_count_max=5, waiting_count_max=1_024, wait_s_max=1.0),
    Priority.CHANGE: Limits(served_count_max=3, waiting_count_max=256, wait_s_max=1.0),
    Priority.READ: Limits(served_count_max=2, waiting_count_max=128, wait_s_max=0.8),
}

# Of sixteen connections; posting is at its fastest with four.
_SHARES: Mapping[Priority, int] = {
    Priority.DECIDE: 5,
    Priority.CHANGE: 5,
    Priority.READ: 3,
    Priority.WATCH: 3,
}

_OPERATIONS: Mapping[Priority, frozenset[str]] = {
    Priority.DECIDE: frozenset(
        {
            "adjustJob",
            "approveAdjustment",
            "approveRole",
            "arriveForCourier",
            "assignJob",
            "cancelJob",
            "completeForCourier",
            "declineAdjustment",
            "declineRole",
            "extendDeadline",
            "failJob",
            "opsCancelJob",
            "opsSendMessage",
            "pauseMarket",
            "proposeRole",
            "reassignAll",
            "reassignJob",
            "reinstateCourier",
            "resolveException",
            "setCourierStatus",
            "suspendCourier",
            "undo",
            "waiveProof",
        }
    ),
    Priority.CHANGE: frozenset(
        {
            "beginOpsLogIn",
            "changePolicy",
            "changeWebhookEndpoint",
            "createKey",
            "createWebhookEndpoint",
            "deleteWebhookEndpoint",
            "finishOpsLogIn",
            "instructCourier",
            "instructCourierByForm",
            "issueCourierTicket",
            "issueMerchantTicket",
            "issueOpsTicket",
            "keepProof",
            "logInCourier",
            "logInOps",
            "logOutCourier",
            "logOutOps",
            "postJob",
            "rateDelivery",
            "rateDeliveryByForm",
            "refreshCourierSession",
            "replayWebhookDeadLetters",
            "replayWebhookDelivery",
            "restrictKey",
            "revokeKey",
            "rotateWebhookSecret",
            "sendMessage",
            "setAppearance",
            "testWebhookEndpoint",
        }
    ),
    Priority.READ: frozenset(
        {
            "getAcceptanceFigures",
            "getAppearance",
            "getCellFigures",
            "getCourier",
            "getCourierStatement",
            "getCourierStatementCsv",
            "getDecision",
            "getEarningsFigures",
            "getJob",
            "getJobContacts",
            "getJobFigures",
            "getMarket",
            "getOpsSession",
            "getOpsWays",
            "getPickupFigures",
            "getPolicy",
            "getPunctualityFigures",
            "getRecord",
            "getProofContent",
            "getStatement",
            "getStatementCsv",
            "getSuggestion",
            "getSupplyFigures",
            "getTracking",
            "getTrackingPhoto",
            "getWebhookDelivery",
            "getWebhookEndpoint",
            "listAuditEntries",
            "listCourierDecisions",
            "listCouriers",
            "listExceptions",
            "listJobDecisions",
            "listJobEvents",
            "listJobTransfers",
            "listJobs",
            "listKeys",
            "listMessages",
            "listNearCouriers",
            "listOffers",
            "listOperators",
            "listPolicies",
            "listProofs",
            "listWaitingAdjustments",
            "listWaitingRoleChanges",
            "listWebhookDeliveries",
            "listWebhookEndpoints",
            "opsGetJob",
            "opsGetProofContent",
            "opsListJobEvents",
            "opsListJobs",
            "opsListMessages",
            "opsListProofs",
        }
    ),
}

PRIORITY_OF_OPERATION: Mapping[str, Priority] = {
    operation: priority for priority, operations in _OPERATIONS.items() for operation in operations
}

# A load balancer that hears nothing takes the process away, of all times when it is busy.
# Log-ins wait for a processor of their own (passwords), and must not keep others waiting meanwhile.
# So do those by way of an issuer, which may be slow.
IN_NO_LINE = frozenset(
    {
        *("beginOpsLogIn", "finishOpsLogIn", "logInCourier", "logInOps"),
        *("getBasemap", "healthLive", "healthReady"),
    }
)

PRIORITY_OF_MESSAGE: Mapping[type[ClientMessage], Priority] = {
    AcceptOffer: Priority.DECIDE,
    Ack: Priority.DECIDE,
    DeclineOffer: Priority.DECIDE,
    ArriveAtStop: Priority.DECIDE,
    CompleteStop: Priority.DECIDE,
    FailStop: Priority.DECIDE,
    SetStatus: Priority.DECIDE,
    SendMessage: Priority.DECIDE,
    Authenticate: Priority.WATCH,
    Resume: Priority.WATCH,
    ReportPosition: Priority.WATCH,
}


def priority_of(operation_id: str | None) -> Priority:
    """Return the class of a route; what has no name is a page or a document, to be read."""
    return PRIORITY_OF_OPERATION.get(operation_id or "", Priority.READ)


def shares_of(connections_count_max: int) -> Mapping[Priority, int]:
    """Return how many connections each class may have of a pool of so many.

    They add up to the pool, as long as it has one for each class.
    """
    whole_count = sum(_SHARES.values())
    shares = {
        priority: max(1, connections_count_max * count // whole_count)
        for priority, count in _SHARES.items()
    }
    left_count = connections_count_max - sum(shares.values())
    return shares | {Priority.DECIDE: max(1, shares[Priority.DECIDE] + left_count)}
