"""Guards of the database: locks, constraints, leases, and what a statement compares."""

from tests.sabotage.sabotage import Sabotage

_ACTIONS = "tests/integration/actions"
_FAULTS = "tests/integration/webhooks/test_faults.py"
_MARKETPLACE = "sql/migrations/0001_marketplace.sql"

LOCKS = (
    Sabotage(
        name="lock_of_an_offer",
        guard="one answer to an offer follows another",
        path="sql/queries/offers/lock_offer.sql",
        old="  FROM offer WHERE id = $1\n   FOR NO KEY UPDATE",
        new="  FROM offer WHERE id = $1",
        tests=(f"{_ACTIONS}/test_row_locks.py",),
    ),
    Sabotage(
        name="lock_of_jobs",
        guard="one change of a job follows another",
        path="sql/queries/jobs/lock_jobs.sql",
        old="ORDER BY id FOR NO KEY UPDATE",
        new="ORDER BY id",
        tests=(f"{_ACTIONS}/test_row_locks.py",),
    ),
    Sabotage(
        name="lock_of_a_courier",
        guard="one change of what a courier has in hand follows another",
        path="sql/queries/couriers/lock_courier.sql",
        old="  FROM courier WHERE id = $1\n   FOR NO KEY UPDATE",
        new="  FROM courier WHERE id = $1",
        tests=(f"{_ACTIONS}/test_row_locks.py",),
    ),
    Sabotage(
        name="jobs_got_while_waiting",
        guard="a courier's work is opened anew when it changed before it was locked",
        path="service/store/works.py",
        old="    if courier.version != seen.version:",
        new="    if courier.version < seen.version:",
        tests=(f"{_ACTIONS}/test_row_locks.py",),
    ),
    Sabotage(
        name="job_seen_before_its_lock",
        guard="a search is ended only as it was seen",
        path="service/actions/end_search.py",
        old="    if (job.status, job.attempt, job.offer_id) != (seen.status, seen.attempt, None):",
        new="    if job.courier_id is not None or job.offer_id is not None:",
        tests=(f"{_ACTIONS}/test_row_locks.py",),
    ),
    Sabotage(
        name="acceptances_wait_for_nobody",
        guard="who accepts with others is not kept waiting by what somebody holds",
        path="sql/queries/offers/hold_answered.sql",
        old="     FOR NO KEY UPDATE SKIP LOCKED\n), held_offer AS (",
        new="     FOR NO KEY UPDATE\n), held_offer AS (",
        tests=(f"{_ACTIONS}/test_accept_offers.py",),
    ),
    Sabotage(
        name="acceptances_hold_what_they_decide_on",
        guard="who accepts with others decides on rows that nobody else changes",
        path="service/store/offered_works.py",
        old="    is_whole = {*held.job_ids, *held.offered_job_ids} <= {*held.held_job_ids}",
        new="    is_whole = {*held.held_job_ids} <= {*held.job_ids, *held.offered_job_ids}",
        tests=(f"{_ACTIONS}/test_accept_offers.py",),
    ),
    Sabotage(
        name="acknowledgements_wait_for_nobody",
        guard="an offer that somebody holds keeps no other from being acknowledged",
        path="sql/queries/offers/lock_free_offers.sql",
        old="FOR NO KEY UPDATE SKIP LOCKED",
        new="FOR NO KEY UPDATE",
        tests=(f"{_ACTIONS}/test_acknowledge_offers.py",),
    ),
    Sabotage(
        name="lock_timeout",
        guard="nobody waits for a lock without end",
        path="service/store/pool.py",
        old='"lock_timeout": f"{settings.lock_timeout_ms}ms",',
        new='"lock_timeout": "0",',
        tests=(
            "tests/integration/dispatch/test_commit.py"
            "::test_a_job_that_somebody_holds_stops_nobody_else",
        ),
    ),
)

CONSTRAINTS = (
    Sabotage(
        name="one_active_assignment",
        guard="a job is in the hands of one courier",
        path=_MARKETPLACE,
        old="CREATE UNIQUE INDEX assignment_one_active",
        new="CREATE INDEX assignment_one_active",
        tests=(f"{_ACTIONS}/test_constraints.py",),
    ),
    Sabotage(
        name="no_overlap_in_history",
        guard="a job never was in the hands of two couriers at once",
        path=_MARKETPLACE,
        old=(
            "EXCLUDE USING gist (job_id WITH =, "
            "tstzrange(started_at, coalesce(ended_at, 'infinity')) WITH &&)"
        ),
        new="CHECK (started_at IS NOT NULL)",
        tests=(f"{_ACTIONS}/test_constraints.py",),
    ),
    Sabotage(
        name="one_open_offer",
        guard="a courier has one offer to answer",
        path=_MARKETPLACE,
        old="CREATE UNIQUE INDEX offer_one_open_of_courier",
        new="CREATE INDEX offer_one_open_of_courier",
        tests=(f"{_ACTIONS}/test_constraints.py",),
    ),
    Sabotage(
        name="numbers_of_facts",
        guard="no two facts of a job have the same number",
        path=_MARKETPLACE,
        old="CREATE UNIQUE INDEX fact_of_job",
        new="CREATE INDEX fact_of_job",
        tests=(f"{_ACTIONS}/test_constraints.py",),
    ),
    Sabotage(
        name="courier_not_overloaded",
        guard="a courier carries no more than declared, and never less than nothing",
        path=_MARKETPLACE,
        old="load_weight_g BETWEEN 0 AND capacity_weight_g AND",
        new="",
        tests=(f"{_ACTIONS}/test_constraints.py",),
    ),
    Sabotage(
        name="offered_only_while_open",
        guard="a job that is not open is under no offer",
        path=_MARKETPLACE,
        old="CHECK (offer_id IS NULL OR status = 'open')",
        new="CHECK (status IS NOT NULL)",
        tests=(f"{_ACTIONS}/test_constraints.py",),
    ),
    Sabotage(
        name="full_disk_blames_nobody",
        guard="what ails the server is not taken for a fault of whoever asks",
        path="service/store/pool.py",
        old="    asyncpg.exceptions.InsufficientResourcesError,",
        new="",
        tests=("tests/integration/store/test_pool_errors.py",),
    ),
    Sabotage(
        name="sessions_that_only_read",
        guard="who could only read for a while can write when that is over",
        path="service/store/pool.py",
        old="                await self._pool.expire_connections()",
        new="                await asyncio.sleep(0.0)",
        tests=("tests/integration/store/test_pool_errors.py",),
    ),
    Sabotage(
        name="one_job_for_a_reference",
        guard="a merchant's reference names one job",
        path="sql/migrations/0044_references_again.sql",
        old="CREATE UNIQUE INDEX",
        new="CREATE INDEX",
        tests=(f"{_ACTIONS}/test_job_life.py::test_a_reference_names_one_job",),
    ),
    Sabotage(
        name="transfers_are_final",
        guard="no row of the ledger is ever changed",
        path="sql/migrations/0007_ledger.sql",
        old="transfer_is_final BEFORE UPDATE OR DELETE OR TRUNCATE",
        new="transfer_is_final BEFORE TRUNCATE",
        tests=(f"{_ACTIONS}/test_ledger.py",),
    ),
    Sabotage(
        name="audit_log_is_final",
        guard="no entry of the audit log is ever changed",
        path="sql/migrations/0041_looks_end.sql",
        old="audit_entries_stay BEFORE DELETE OR TRUNCATE",
        new="audit_entries_stay BEFORE TRUNCATE",
        tests=("tests/integration/api/test_audit_log.py::test_no_entry_is_ever_changed",),
    ),
    Sabotage(
        name="only_looks_are_blanked",
        guard="of the audit log nothing is blanked but looks after their time",
        path="sql/migrations/0041_looks_end.sql",
        old="     AND starts_with(OLD.action, 'look_at_') AND OLD.content_sha256 IS NOT NULL\n"
        "     AND OLD.at < clock_timestamp() - interval '30 days' THEN",
        new="     THEN",
        tests=("tests/integration/api/test_looks_end.py",),
    ),
)

COMPARISONS = (
    Sabotage(
        name="epoch_of_a_lease",
        guard="who wakes late writes nothing",
        path="sql/queries/leases/check_lease.sql",
        old="AND epoch = $2 FOR SHARE",
        new="AND $2::int8 IS NOT NULL FOR SHARE",
        tests=("tests/integration/store/test_leases.py", "tests/integration/relay/test_batch.py"),
    ),
    Sabotage(
        name="lease_of_another",
        guard="a lease is one holder's while it lasts",
        path="sql/queries/leases/take_lease.sql",
        old=" WHERE lease.holder = excluded.holder OR lease.expires_at < clock_timestamp()\n",
        new="",
        tests=("tests/integration/store/test_leases.py",),
    ),
    Sabotage(
        name="fence_of_dispatch",
        guard="a tick is written under the lease that it was decided under",
        path="service/dispatch/commit.py",
        old="        await warrant.leadership.check(conn, epoch=warrant.epoch)\n",
        new="",
        tests=(
            "tests/integration/dispatch/test_commit.py"
            "::test_a_dispatcher_that_wakes_late_writes_nothing",
        ),
    ),
    Sabotage(
        name="cursor_moves_once",
        guard="of two relays that read the same facts, one tells them",
        path="sql/queries/relay/move_cursor.sql",
        old="AND (xid, id) < ($2::text::xid8, $3)",
        new="AND $2::text IS NOT NULL AND $3::int8 IS NOT NULL",
        tests=("tests/integration/relay/test_batch.py",),
    ),
    Sabotage(
        name="facts_in_commit_order",
        guard="a fact that is committed late is not skipped",
        path="sql/queries/facts/read_new_facts.sql",
        old=" AND xid < pg_snapshot_xmin(pg_current_snapshot())",
        new="",
        tests=("tests/integration/relay/test_batch.py",),
    ),
    Sabotage(
        name="one_request_for_a_key",
        guard="a request that is repeated at the same time is carried out once",
        path="sql/queries/idempotency/reserve_key.sql",
        old="ON CONFLICT (merchant_id, key) DO NOTHING",
        new="ON CONFLICT (merchant_id, key) DO UPDATE SET body = excluded.body",
        tests=(f"{_ACTIONS}/test_row_locks.py",),
    ),
    Sabotage(
        name="order_of_webhooks",
        guard="what happens to a job is told in order",
        path="sql/queries/webhook_lanes/claim_lanes.sql",
        old="    ORDER BY d.seq LIMIT 1\n ) head",
        new="    ORDER BY d.seq DESC LIMIT 1\n ) head",
        tests=(
            "tests/integration/webhooks/test_telling.py"
            "::test_a_merchant_is_told_what_happens_to_a_job_signed_and_in_order",
        ),
    ),
    Sabotage(
        name="epoch_of_a_lane",
        guard="a call that ends after its lease is not recorded",
        path="sql/queries/webhook_lanes/lock_held_lane.sql",
        old="AND l.epoch = $3",
        new="AND $3::int8 IS NOT NULL",
        tests=(
            "tests/integration/webhooks/test_telling.py"
            "::test_what_was_sent_and_not_recorded_is_sent_again_and_the_late_record_is_void",
        ),
    ),
    Sabotage(
        name="end_of_a_call",
        guard="a call that was recorded is not recorded again",
        path="sql/queries/webhook_lanes/lock_held_lane.sql",
        old=" AND l.lease_until IS NOT NULL AND d.id = $4 AND d.status = 'pending'",
        new=" AND d.id = $4",
        tests=(f"{_FAULTS}::test_a_call_that_was_recorded_is_not_recorded_again",),
    ),
    Sabotage(
        name="lock_of_an_endpoint",
        guard="two processes call an endpoint no more often at once than one",
        path="sql/queries/webhook_endpoints/lock_due_endpoints.sql",
        old="\n   FOR NO KEY UPDATE OF e SKIP LOCKED",
        new="",
        tests=("tests/integration/webhooks/test_process.py",),
    ),
    Sabotage(
        name="newest_connection",
        guard="a connection that was opened first replaces none, however late it resumes",
        path="service/live/scripts/replace_older.lua",
        old="  if number > known then",
        new="  if true then",
        tests=("tests/integration/live/test_connections.py",),
    ),
    Sabotage(
        name="failed_stop_of_another",
        guard="only who failed a stop may say so again",
        path="sql/queries/jobs/find_failed_stop.sql",
        old=" AND a.courier_id = $2",
        new="",
        tests=("tests/integration/api/test_job_walk.py",),
    ),
)

IN_THE_DATABASE = (*LOCKS, *CONSTRAINTS, *COMPARISONS)
