"""Guards against strangers: keys, owners, tickets, limits."""

from tests.sabotage.sabotage import Sabotage

_MARKETS = "tests/integration/api/test_ops_markets.py"
_REST = "tests/integration/api/test_rest.py"
_FIRST_LINE = "tests/security/test_first_line.py"  # the second would hide what is taken away
_SECOND_LINE = "tests/security/test_row_security.py"
_TRACKING = "tests/integration/api/test_tracking.py"
_SOCKETS = "tests/integration/api/test_sockets.py"

OWNERS = (
    Sabotage(
        name="owner_of_a_job",
        guard="a merchant reads no job of another",
        path="sql/queries/jobs/read_job_of_merchant.sql",
        old="AND merchant_id = $2",
        new="AND $2::uuid IS NOT NULL",
        tests=(f"{_FIRST_LINE}::test_no_job_of_another_is_read_or_listed",),
    ),
    Sabotage(
        name="owner_of_an_endpoint",
        guard="a merchant reads no endpoint of another",
        path="sql/queries/webhook_endpoints/read_endpoint.sql",
        old="AND merchant_id = $2",
        new="AND $2::uuid IS NOT NULL",
        tests=(f"{_FIRST_LINE}::test_no_endpoint_of_another_is_read_listed_or_locked",),
    ),
    Sabotage(
        name="owner_of_an_account",
        guard="nobody sees the money of others",
        path="sql/queries/transfers/list_postings.sql",
        old="WHERE account = $1 AND",
        new="WHERE $1::text IS NOT NULL AND",
        tests=(f"{_FIRST_LINE}::test_no_money_of_another_is_listed_or_summed",),
    ),
    Sabotage(
        name="second_line_of_jobs",
        guard="a merchant is shown no job of another, whatever a query forgets",
        path="service/store/row_security.py",
        old="        await act_as_merchant(conn, merchant_id=merchant_id)\n",
        new="",
        tests=(f"{_SECOND_LINE}::test_a_forgotten_filter_shows_no_row_of_another",),
    ),
    Sabotage(
        name="second_line_of_writes",
        guard="a merchant changes no row of another, whatever a query forgets",
        path="service/store/row_security.py",
        old="return pool.beginning_with(partial(write_as_merchant, merchant_id=merchant_id))",
        new="return pool",
        tests=(f"{_SECOND_LINE}::test_a_forgotten_filter_changes_no_row_of_another",),
    ),
    Sabotage(
        name="order_of_lines",
        guard="while state changes wait nothing else is begun",
        path="service/api/line.py",
        old="        return self._ahead is not None and self._ahead.is_busy\n",
        new="        return False\n",
        tests=("tests/unit/api/test_line.py",),
    ),
    Sabotage(
        name="end_of_a_link",
        guard="a link opens nothing two hours after the end of its job",
        path="sql/queries/tracking/find_tracked.sql",
        old="j.ended_at IS NULL OR j.ended_at >",
        new="j.ended_at IS NULL OR $2 > 0 OR j.ended_at >",
        tests=(f"{_TRACKING}::test_unknown_malformed_and_late_tokens_are_not_told_apart",),
    ),
    Sabotage(
        name="sight_of_a_courier",
        guard="a courier is seen by a link on this errand only",
        path="service/actions/find_tracked.py",
        old="return self.here if sight_of(self.job.status) is Sight.EXACT else None",
        new="return self.here",
        tests=("tests/unit/api/test_tracking_sight.py::test_a_place_is_told_on_this_errand_only",),
    ),
    Sabotage(
        name="owner_of_a_decision",
        guard="a courier reads of no offer to another",
        path="sql/queries/ticks/list_decisions_of_courier.sql",
        old="WHERE o.courier_id = $1 AND",
        new="WHERE $1::uuid IS NOT NULL AND",
        tests=(
            "tests/integration/api/test_decisions.py::test_a_courier_reads_of_the_own_offers_only",
        ),
    ),
    Sabotage(
        name="market_of_a_job",
        guard="operators read no job of another market",
        path="sql/queries/jobs/read_job_of_market.sql",
        old="AND market_id = $2",
        new="AND $2::text IS NOT NULL",
        tests=("tests/integration/api/test_decisions.py::test_another_market_reads_nothing_of_it",),
    ),
    Sabotage(
        name="admission_to_a_market",
        guard="an operator looks at no market but those they are admitted to",
        path="service/actions/authenticate.py",
        old="        if admission.market_id == market_id:",
        new="        if admission.market_id:",
        tests=(f"{_MARKETS}::test_a_market_of_others_and_one_that_is_not_are_refused_alike",),
    ),
    Sabotage(
        name="market_of_a_renewal",
        guard="a feed is renewed by a ticket for its own market only",
        path="service/api/renewal.py",
        old="    return type(caller), caller.id, caller.market_id",
        new='    return type(caller), caller.id, MarketId("")',
        tests=(f"{_MARKETS}::test_a_feed_is_not_renewed_by_a_ticket_for_another_market",),
    ),
    Sabotage(
        name="audience_of_a_route",
        guard="a route is for its audience only",
        path="service/api/callers.py",
        old="    if audience_of(caller) is not audience:\n"
        '        raise ForbiddenError("this key does not open this door")\n'
        "    if permission not in permissions_of(caller.principal):",  # which would hide it
        new="    if audience_of(caller) not in Audience:",
        tests=(f"{_REST}::test_a_route_is_for_its_audience_only",),
    ),
)

KEYS = (
    Sabotage(
        name="secret_of_a_key",
        guard="who knows a key's prefix has not got the key",
        path="service/actions/authenticate.py",
        old="not is_same(claim.secret_sha256, found.secret_sha256 if found else bytes(32))",
        new="found is None",
        tests=(f"{_REST}::test_unknown_and_wrong_keys_get_the_same_answer",),
    ),
    Sabotage(
        name="revoked_keys",
        guard="a revoked key opens no door",
        path="sql/migrations/0026_four_eyes.sql",
        old=" WHERE k.revoked_at IS NULL AND",
        new=" WHERE",
        tests=(
            "tests/integration/api/test_faults.py::test_a_revoked_key_is_good_for_seconds_only",
        ),
    ),
    Sabotage(
        name="scopes_and_roles",
        guard="a key opens what its scopes say, an operator's what the role may",
        path="service/api/callers.py",
        old="    if permission not in permissions_of(caller.principal):",
        new="    if not permission:",
        tests=("tests/security/test_matrix.py",),
    ),
    Sabotage(
        name="disabled_operators",
        guard="a disabled operator's log-in is over",
        path="sql/migrations/0026_four_eyes.sql",
        old="   AND (o.disabled_at IS NULL OR o.disabled_at > (SELECT clock_timestamp()))\n",
        new="",
        tests=("tests/integration/api/test_ops_session.py",),
    ),
    Sabotage(
        name="freshness_of_access",
        guard="an access token ends after ten minutes",
        path="service/actions/authenticate.py",
        old="        or not found.is_fresh\n",
        new="",
        tests=("tests/integration/api/test_courier_log_in.py",),
    ),
    Sabotage(
        name="page_of_ours",
        guard="a page from elsewhere changes nothing with an operator's cookie",
        path="service/api/cookies.py",
        old="    if not is_own or media_type",
        new="    if media_type",
        tests=("tests/integration/api/test_ops_session.py",),
    ),
    Sabotage(
        name="ticket_once",
        guard="a ticket is good once",
        path="service/live/tickets.py",
        old='"GETDEL"',
        new='"GET"',
        tests=("tests/integration/live/test_tickets.py",),
    ),
    Sabotage(
        name="ticket_digest",
        guard="who reads Redis finds no ticket",
        path="service/live/tickets.py",
        old="keys.ticket(hashlib.sha256(ticket.encode()).hexdigest())",
        new="keys.ticket(ticket)",
        tests=("tests/integration/live/test_tickets.py",),
    ),
    Sabotage(
        name="audience_of_a_socket",
        guard="a ticket opens the socket of its audience only",
        path="service/api/admission.py",
        old="        check_audience(caller, audience)\n",
        new="",
        tests=(f"{_SOCKETS}::test_a_ticket_is_for_its_audience_only",),
    ),
    Sabotage(
        name="origin",
        guard="a page from elsewhere opens no socket",
        path="service/api/admission.py",
        old='origin.partition("://")[2] == host or',
        new="bool(host) or",
        tests=("tests/unit/api/test_admission.py",),
    ),
)

LIMITS = (
    Sabotage(
        name="frame_limit",
        guard="a frame above the limit is not read",
        path="service/app.py",
        old="ws_max_size=settings.frame_bytes_max,",
        new="ws_max_size=2**24,",
        tests=(f"{_SOCKETS}::test_a_frame_above_the_limit_ends_the_connection",),
    ),
    Sabotage(
        name="body_limit",
        guard="a body above the limit is not read",
        path="service/app.py",
        old="request_max_body_size=body_bytes_max,",
        new="request_max_body_size=2**24,",
        tests=(f"{_REST}::test_a_body_without_length_is_bounded_as_well",),
    ),
    Sabotage(
        name="message_rate",
        guard="who floods a socket is cut off",
        path="service/wire/session.py",
        old="        if not self._bucket.take(now_s=now_s):",
        new="        if self._bucket.take(now_s=now_s) is None:",
        tests=("tests/unit/wire/test_session.py",),
    ),
    Sabotage(
        name="refusals_in_a_row",
        guard="who is only ever refused is cut off",
        path="service/wire/session.py",
        old="        if self._refusals_count > REFUSALS_COUNT_MAX:",
        new="        if self._refusals_count < 0:",
        tests=("tests/unit/wire/test_session.py",),
    ),
    Sabotage(
        name="order_of_positions",
        guard="a replayed position is refused",
        path="service/wire/session.py",
        old="            case ReportPosition() if message.seq <= self._position_seq:",
        new="            case ReportPosition() if message.seq < 0:",
        tests=("tests/unit/wire/test_session.py",),
    ),
    Sabotage(
        name="newest_position",
        guard="a position that is no newer changes nothing",
        path="service/live/scripts/write_fixes.lua",
        old="  if not former or former:sub(-16) < record:sub(-16) then",
        new="  if true then",
        tests=("tests/integration/live/test_positions.py",),
    ),
    Sabotage(
        name="flood_of_pings",
        guard="a flood of pings is cut",
        path="service/api/guard.py",
        old="        if self._pings_count > PINGS_PER_S_MAX:",
        new="        if self._pings_count < 0:",
        tests=("tests/integration/api/test_guard.py::test_a_flood_of_pings_is_cut",),
    ),
    Sabotage(
        name="peer_that_does_not_read",
        guard="who does not read is cut off",
        path="service/api/guard.py",
        old="            self._stall = self.loop.call_later(STALL_S_MAX, self.transport.abort)",
        new="            self._stall = self.loop.call_later(3_600.0, self.transport.abort)",
        tests=("tests/integration/api/test_guard.py::test_a_peer_that_does_not_read_is_cut",),
    ),
    Sabotage(
        name="request_that_does_not_arrive",
        guard="half a request is not waited for",
        path="service/api/http_guard.py",
        old="self.loop.call_later(REQUEST_S_MAX, self.transport.abort)",
        new="self.loop.call_later(3_600.0, self.transport.abort)",
        tests=("tests/integration/api/test_guard.py::test_a_request_that_does_not_arrive_is_cut",),
    ),
)

AT_THE_DOOR = (*OWNERS, *KEYS, *LIMITS)
