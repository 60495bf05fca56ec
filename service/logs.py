"""Structured logs: one JSON object a line on stderr, no personal data, names from a closed list."""

import logging
import sys

import structlog

log = structlog.get_logger()

# Every event that the service logs. A test compares this list with the calls.
EVENTS = frozenset(
    {
        "all_collected",
        "api_started",
        "api_stopped",
        "batch_failed",
        "bus_lost",
        "clock_stepped",
        "commit_failed",
        "connection_failed",
        "courier_set_offline",
        "device_key_missed",
        "gap_not_told",
        "glass_broken",
        "decision_failed",
        "decision_sifted",
        "doubt_not_told",
        "fact_put_aside",
        "fault_not_told",
        "index_corrupt",
        "index_left_out",
        "index_rebuilt",
        "index_repaired",
        "index_unreachable",
        "issuer_failed",
        "issuer_refused",
        "item_failed",
        "job_reassigned_by_silence",
        "jobs_expired",
        "jobs_released",
        "lease_given_up",
        "lease_lost",
        "lease_refused",
        "lease_taken",
        "library_said",
        "log_in_ahead",
        "log_in_stolen",
        "loop_lag",
        "offers_expired",
        "positions_doubted",
        "positions_sampled",
        "positions_unwritten",
        "process_ended",
        "process_started",
        "proposal_failed",
        "proposal_kept_waiting",
        "question_failed",
        "record_failed",
        "redis_dialed_anew",
        "request_failed",
        "row_security_off",
        "sent_offers_unwritten",
        "socket_closed",
        "socket_failed",
        "socket_opened",
        "task_failed",
        "tick_completed",
        "tick_failed",
        "tick_too_large",
        "transaction_retried",
        "travel_corrected",
        "travel_degraded",
        "travel_restored",
        "unmeasured",
        "view_paused",
        "view_resumed",
        "webhook_disabled",
        "webhook_keys_gone",
        "webhooks_waiting",
    }
)


def configure(*, process: str, level: str = "info") -> None:
    """Set up logging for this process; everything of ours and of the libraries goes one way."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    logging.basicConfig(
        handlers=[_OfLibraries()], level=max(threshold, logging.WARNING), force=True
    )


class _OfLibraries(logging.Handler):
    """Says what libraries log as one object a line, like everything else."""

    def emit(self, record: logging.LogRecord) -> None:
        said = {"logger": record.name, "said": record.getMessage(), "exc_info": record.exc_info}
        if record.levelno >= logging.ERROR:
            log.error("library_said", **said)
        else:
            log.warning("library_said", **said)
