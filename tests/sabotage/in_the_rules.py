"""Guards in plain functions: deadlines, capacity, signatures, chains, sequences."""

from tests.sabotage.sabotage import Sabotage

_DOMAIN = "tests/unit/domain"
_CALLS = "tests/integration/webhooks/test_call.py"
_LIFE = "tests/integration/actions/test_job_life.py"

OF_OFFERS_AND_JOBS = (
    Sabotage(
        name="expiry",
        guard="an answer after the deadline is refused",
        path="service/domain/offer.py",
        old="    if now >= offer.expires_at:\n",
        new="    if offer.expires_at is None:\n",
        tests=(f"{_DOMAIN}/test_offer.py",),
    ),
    Sabotage(
        name="addressee",
        guard="nobody answers an offer to another",
        path="service/domain/offer.py",
        old="    if offer.courier_id != by:\n",
        new="    if by is None:\n",
        tests=(f"{_DOMAIN}/test_offer.py",),
    ),
    Sabotage(
        name="jobs_of_the_offer",
        guard="a job that has left its offer is not taken by it",
        path="service/actions/accept_offer.py",
        old=" or any(job.offer_id != offer.id for job in taken):",
        new=":",
        tests=("tests/integration/actions/test_row_locks.py",),
    ),
    Sabotage(
        name="capacity",
        guard="a courier takes on no more than declared",
        path="service/domain/courier.py",
        old="    if not load.fits(courier.capacity):",
        new="    if load.jobs_count < 0:",
        tests=(f"{_DOMAIN}/test_work.py",),
    ),
    Sabotage(
        name="pause_meanwhile",
        guard="after a pause was answered no offer is made",
        path="service/dispatch/commit.py",
        old="        if (await read_market(conn, warrant.market.id)).is_paused:",
        new="        if (await read_market(conn, warrant.market.id)) is None:",
        tests=("tests/integration/dispatch/test_commit.py",),
    ),
    Sabotage(
        name="custody",
        guard="a parcel that is with the courier is not canceled away",
        path="service/domain/job.py",
        old="    if job.has_ended or job.is_aboard:",
        new="    if job.has_ended:",
        tests=(f"{_LIFE}::test_what_the_courier_carries_cannot_be_canceled",),
    ),
    Sabotage(
        name="request_of_a_key",
        guard="a key is good for one request",
        path="service/actions/once.py",
        old="        if stored_sha256 not in (self.request_sha256, self.former_sha256):",
        new="        if not stored_sha256:",
        tests=(f"{_LIFE}::test_the_same_key_with_another_request_is_refused",),
    ),
    Sabotage(
        name="presence",
        guard="who is elsewhere has not arrived",
        path="service/domain/arrival.py",
        old="    if away_m > policy.arrival_radius_m + fix.accuracy_m:",
        new="    if away_m < 0.0:",
        tests=(f"{_LIFE}::test_arriving_from_afar_is_refused",),
    ),
    Sabotage(
        name="believable_positions",
        guard="nobody jumps across the city",
        path="service/domain/courier.py",
        old="        if jumped_m > slack_m + SPEED_BELIEVED_MPS_MAX * max(0.0, elapsed_s):",
        new="        if jumped_m < 0.0 < slack_m + elapsed_s:",
        tests=(f"{_DOMAIN}/test_courier.py",),
    ),
)

OF_MONEY_AND_RECORD = (
    Sabotage(
        name="ids_of_transfers",
        guard="each job is settled by transfers of its own",
        path="service/domain/ledger.py",
        old='uuid5(_NAMESPACE, f"{job_id}:{what}")',
        new='uuid5(_NAMESPACE, f"{what}")',
        tests=(f"{_DOMAIN}/test_ledger.py",),
    ),
    Sabotage(
        name="hash_chain",
        guard="an entry that was changed is found",
        path="service/domain/audit_log.py",
        old="        if entry.sha256 != digest(entry):",
        new="        if not entry.sha256:",
        tests=(f"{_DOMAIN}/test_audit_log.py",),
    ),
    Sabotage(
        name="links_of_the_chain",
        guard="an entry that was put in or left out is found",
        path="service/domain/audit_log.py",
        old="        if entry.previous_sha256 != after.sha256:",
        new="        if not entry.previous_sha256:",
        tests=(f"{_DOMAIN}/test_audit_log.py",),
    ),
    Sabotage(
        name="blanked_entries",
        guard="an entry that was blanked and is no old look is found",
        path="service/domain/audit_log.py",
        old="            yield from _wrongly_blanked(entry, blanked_before)",
        new="            pass",
        tests=(f"{_DOMAIN}/test_blanked_looks.py",),
    ),
)

OF_WEBHOOKS = (
    Sabotage(
        name="webhook_signature",
        guard="a signature holds for one time",
        path="service/domain/webhook_signature.py",
        old='f"{event_id}.{timestamp_s}."',
        new='f"{event_id}.."',
        tests=(f"{_DOMAIN}/test_webhook_signature.py",),
    ),
    Sabotage(
        name="webhook_jitter",
        guard="those that failed together do not come back together",
        path="service/domain/webhook.py",
        old=" * (1.0 + JITTER_SHARE * jitter)",
        new="",
        tests=(f"{_DOMAIN}/test_webhook.py",),
    ),
    Sabotage(
        name="webhook_breaker",
        guard="an endpoint that fails again and again is left alone",
        path="service/domain/webhook.py",
        old="    if health.rest_until is not None and now < health.rest_until:\n        return 0\n",
        new="",
        tests=(f"{_DOMAIN}/test_webhook.py",),
    ),
    Sabotage(
        name="private_addresses",
        guard="the metadata service of a cloud is not called",
        path="service/domain/webhook_address.py",
        old='        "169.254.0.0/16",\n',
        new="",
        tests=(f"{_DOMAIN}/test_webhook_address.py",),
    ),
    Sabotage(
        name="addresses_behind_a_name",
        guard="a name that leads inside is not called",
        path="service/webhooks/call.py",
        old="        check_addresses(target, addresses, allows_loopback=self._allows_loopback)\n",
        new="",
        tests=(f"{_CALLS}::test_a_name_that_leads_inside_is_not_called",),
    ),
    Sabotage(
        name="shares_of_merchants",
        guard="no merchant has more calls than are left to all others",
        path="service/webhooks/claiming.py",
        old="fair_count, left_count))",
        new="left_count))",
        tests=("tests/unit/webhooks/test_claiming.py",),
    ),
    Sabotage(
        name="redirects",
        guard="a redirect leads nowhere",
        path="service/webhooks/call.py",
        old="follow_redirects=False",
        new="follow_redirects=True",
        tests=(f"{_CALLS}::test_a_redirect_is_not_followed",),
    ),
)

OF_STREAMS = (
    Sabotage(
        name="order_of_a_stream",
        guard="a gap is not skipped",
        path="service/wire/stream_cursor.py",
        old="        if seq > self.seq + 1:",
        new="        if seq < 0:",
        tests=("tests/unit/wire/test_stream_cursor.py", "tests/unit/api/test_live_stream.py"),
    ),
    Sabotage(
        name="sequence_of_the_client",
        guard="the client takes nothing twice, and nothing early",
        path="service/client/sequence.py",
        old="        if seq == self.seq + 1:",
        new="        if seq > 0:",
        tests=("tests/unit/client/test_sequence.py", "tests/unit/client/test_link.py"),
    ),
    Sabotage(
        name="epoch_of_a_resume",
        guard="a number of another history is not gone on from",
        path="service/wire/stream_cursor.py",
        old="    if after_seq is None or asked_epoch != epoch:",
        new="    if after_seq is None:",
        tests=("tests/unit/wire/test_stream_cursor.py",),
    ),
    Sabotage(
        name="client_jitter",
        guard="those that were cut off together do not come back together",
        path="service/client/backoff.py",
        old="    return longest_s * (0.5 + 0.5 * jitter)",
        new="    return longest_s",
        tests=("tests/unit/client/test_backoff.py",),
    ),
    Sabotage(
        name="mailbox",
        guard="what waits for a slow reader is bounded",
        path="service/wire/mailbox.py",
        old="        if is_full and self._messages:",
        new="        if is_full and not self._messages:",
        tests=("tests/unit/wire/test_mailbox.py",),
    ),
    Sabotage(
        name="drift",
        guard="an index that differs in its versions is found",
        path="service/relay/drift.py",
        old="        if row_versions.get(id_) != index_versions.get(id_)",
        new="        if (id_ in row_versions) != (id_ in index_versions)",
        tests=("tests/unit/relay/test_drift.py",),
    ),
    Sabotage(
        name="drift_audit",
        guard="an index that differs is repaired",
        path="service/relay/audit.py",
        old="await self._index.apply(job_ids=drift.job_ids, courier_ids=drift.courier_ids)",
        new="pass",
        tests=("tests/integration/relay/test_index.py",),
    ),
)

IN_THE_RULES = (*OF_OFFERS_AND_JOBS, *OF_MONEY_AND_RECORD, *OF_WEBHOOKS, *OF_STREAMS)
