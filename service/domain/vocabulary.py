"""The remaining closed sets of the vocabulary: who acted, with what, how large, and why."""

from enum import StrEnum


class Actor(StrEnum):
    MERCHANT = "merchant"
    COURIER = "courier"
    OPS = "ops"
    SYSTEM = "system"


class OperatorRole(StrEnum):
    VIEWER = "viewer"
    DISPATCHER = "dispatcher"
    FINANCE = "finance"
    ADMIN = "admin"


class ProposalKind(StrEnum):
    """What takes two people: one proposes it, another approves."""

    ADJUSTMENT = "adjustment"
    ROLE_CHANGE = "role_change"


class CredentialKind(StrEnum):
    KEY = "key"  # given out once, for as long as it is not revoked
    DEVICE = "device"  # a courier's app that has logged in
    CONSOLE = "console"  # a browser in which an operator has logged in


class Vehicle(StrEnum):
    FOOT = "foot"
    BIKE = "bike"
    SCOOTER = "scooter"
    CAR = "car"
    VAN = "van"


class SizeClass(StrEnum):
    SMALL = "small"  # a hand
    MEDIUM = "medium"  # a backpack
    LARGE = "large"  # two hands
    XLARGE = "xlarge"  # a boot


class Requirement(StrEnum):
    """What a job asks of its courier, and what a courier is able to do."""

    AGE_RESTRICTED = "age_restricted"
    COLD_BAG = "cold_bag"
    FRAGILE = "fragile"
    TWO_PERSON = "two_person"
    UPRIGHT = "upright"


class ProofKind(StrEnum):
    """What shows that a stop was done."""

    CODE = "code"  # that the sender, or the recipient, says
    PHOTO = "photo"
    SIGNATURE = "signature"


class WaiverReason(StrEnum):
    """Why ops have a stop done without a proof, told to the merchant, or say for its courier."""

    CODE_UNKNOWN = "code_unknown"  # nobody there was told it
    DEVICE_BROKEN = "device_broken"  # the courier's: no camera, no screen to sign on, no power
    RECIPIENT_UNABLE = "recipient_unable"  # who is there cannot, or may not
    SHOWN_OTHERWISE = "shown_otherwise"  # ops have called, or seen it


class ReasonCode(StrEnum):
    ADDRESS_ERROR = "address_error"
    PACKAGE_DAMAGED = "package_damaged"
    CUSTOMER_CANCELLATION_REQUESTED = "customer_cancellation_requested"
    WRONG_TRANSPORT_TYPE = "wrong_transport_type"
    RECIPIENT_UNREACHABLE = "recipient_unreachable"
    RECIPIENT_REFUSED = "recipient_refused"
    PICKUP_CLOSED = "pickup_closed"
    PACKAGE_NOT_READY = "package_not_ready"
    NO_SUPPLY = "no_supply"
    TECHNICAL_ISSUE = "technical_issue"
    DUPLICATE_JOB = "duplicate_job"
    COURIER_ISSUE = "courier_issue"
    INCORRECT_PACKAGE = "incorrect_package"
    COURIER_NO_PROGRESS = "courier_no_progress"
    FAILED_TO_RETURN = "failed_to_return"


class SuspensionReason(StrEnum):
    """Why ops suspend a courier, told to the courier; a closed set keeps stories out of records."""

    CONDUCT = "conduct"
    COURIER_REQUEST = "courier_request"
    DOCUMENT_EXPIRED = "document_expired"
    PARCEL_MISSING = "parcel_missing"
    SAFETY = "safety"
    UNDER_REVIEW = "under_review"


class HoldReason(StrEnum):
    """Why what is known of a job is kept beyond its time; a closed set keeps stories out."""

    AUTHORITY = "authority"  # one that may ask
    CLAIM = "claim"  # for damages
    DISPUTE = "dispute"  # whether, or what, was delivered
    INSURANCE = "insurance"


class ExceptionKind(StrEnum):
    ATTEMPT_FAILED = "attempt_failed"
    COURIER_MOVING_AWAY = "courier_moving_away"  # from the next stop
    COURIER_NOT_MOVING = "courier_not_moving"
    COURIER_SILENT = "courier_silent"
    FACT_UNTOLD = "fact_untold"  # the relay failed with it, and put it aside
    INDEX_DRIFT = "index_drift"  # Redis said other than Postgres, and was repaired
    LATE_RISK = "late_risk"
    MATCHING_FAULT = "matching_fault"  # it fails with what it leaves out for a while
    NO_COURIER = "no_courier"  # the search was given up
    NO_COURIER_NEAR = "no_courier_near"  # the search goes on, and the matching sees nobody
    PICKUP_WAIT = "pickup_wait"
    POSITION_DOUBTFUL = "position_doubtful"  # perhaps made up; a human looks
    PROOF_ATTEMPTS_EXHAUSTED = "proof_attempts_exhausted"  # nobody at the stop knows the code
    WEBHOOK_DISABLED = "webhook_disabled"  # it failed for days, and its merchant is told no more
    WEBHOOK_FAILING = "webhook_failing"  # its circuit breaker is open


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class TransferKind(StrEnum):
    """What money moves for: the first two by delivering, the others by hand of ops."""

    CHARGE = "charge"  # the merchant owes the fee
    PAY = "pay"  # the courier is owed what the accepted offer said
    EXTRA_CHARGE = "extra_charge"
    REFUND = "refund"
    EXTRA_PAY = "extra_pay"
    DEDUCTION = "deduction"


class AdjustmentReason(StrEnum):
    """Why ops correct what a job costs or pays; a closed set keeps names out of the ledger."""

    CANCELED_LATE = "canceled_late"
    DAMAGED = "damaged"
    GOODWILL = "goodwill"
    LATE = "late"
    LOST = "lost"
    MISPRICED = "mispriced"
    RETURNED = "returned"
    WAITED = "waited"


class RatingTag(StrEnum):
    """What a recipient may say of a delivery without words."""

    ON_TIME = "on_time"
    FRIENDLY = "friendly"
    CAREFUL = "careful"
    FOLLOWED_INSTRUCTIONS = "followed_instructions"
    LATE = "late"
    UNFRIENDLY = "unfriendly"
    DAMAGED = "damaged"
    IGNORED_INSTRUCTIONS = "ignored_instructions"


class Outcome(StrEnum):
    """What a tick makes of an open job; the engine's own words."""

    OFFERED = "offered"
    HELD = "held"  # planned, and need not be offered before the next tick
    NO_CANDIDATE = "no_candidate"  # no courier within the search radius
    ALL_REMOVED = "all_removed"  # couriers there, and each one removed by a filter
    TAKEN = "taken"  # who could carry it is worth more elsewhere
    NOT_YET = "not_yet"  # ready later than the engine looks ahead


class DeliveryStatus(StrEnum):
    """What became of an event on its way to a merchant's endpoint."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"  # all attempts failed; it can be replayed


class AttemptOutcome(StrEnum):
    """How one call of an endpoint ended; nothing that it said is told on, but its status."""

    DELIVERED = "delivered"
    REFUSED = "refused"  # a status other than 2xx
    REDIRECTED = "redirected"  # nobody follows
    GONE = "gone"  # 410: it wants no more
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"  # no such host, or nobody listens
    INSECURE = "insecure"  # no TLS, or a certificate that does not hold
    FORBIDDEN_ADDRESS = "forbidden_address"  # the host is not a public one
    MALFORMED = "malformed"  # the answer is not HTTP
    INTERNAL = "internal"  # a fault of ours: it was not sent, or nobody knows


class Signing(StrEnum):
    """What calls of an endpoint are signed with."""

    HMAC = "hmac"  # a secret that the receiver shares: whoever verifies could sign
    ED25519 = "ed25519"  # a pair of keys: the private half never leaves us


class DisabledReason(StrEnum):
    """Why an endpoint is told nothing."""

    MERCHANT = "merchant"
    GONE = "gone"  # it answered 410
    FAILING = "failing"  # for days
    DELETED = "deleted"  # its log goes bit by bit, and then it
