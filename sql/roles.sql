-- What each kind of process may do with the database, and no more: `hexhaul roles` runs this as the owner, after each migrate.
-- Nobody logs in as these; the users that processes log in as are members of one of them. What was granted before is taken
-- back first, so this file is all of it. The owner migrates, and runs the other commands of `hexhaul`.

DO $$
DECLARE
  kind text;
BEGIN
  FOREACH kind IN ARRAY ARRAY['hexhaul_api', 'hexhaul_dispatch', 'hexhaul_relay', 'hexhaul_webhooks'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = kind) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', kind);
    END IF;
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %I', kind);
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', kind);
  END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

-- All of them: the time, the markets, the record of facts, and what ops are told.
GRANT SELECT ON deployment, market, policy TO hexhaul_api, hexhaul_dispatch, hexhaul_relay, hexhaul_webhooks;
GRANT INSERT ON fact TO hexhaul_api, hexhaul_dispatch, hexhaul_relay, hexhaul_webhooks;
GRANT SELECT, INSERT, UPDATE ON exception TO hexhaul_api, hexhaul_dispatch, hexhaul_relay, hexhaul_webhooks;

-- api: people act by it. It changes no entry of the audit log, no transfer and no fact, and deletes little.
GRANT hexhaul_merchant TO hexhaul_api;
GRANT SELECT ON available_courier, decision, fact, identity, job_with_stops, lease, open_credential, operator_market,
  position_sample, posting, recorded_tick, relay_cursor, stream, stream_event, tick, unoffered_job, webhook_attempt
  TO hexhaul_api;
GRANT SELECT, INSERT ON audit_entry, idempotency, job_message, offer_job, rating, seal_check, tracking, transfer TO hexhaul_api;
GRANT SELECT, INSERT, UPDATE ON assignment, audit_head, bundle, courier, credential, job, offer, proposal, refresh_line, stop,
  webhook_delivery, webhook_endpoint, webhook_lane TO hexhaul_api;
GRANT SELECT, UPDATE ON merchant, operator TO hexhaul_api;
GRANT INSERT, UPDATE ON policy TO hexhaul_api;
GRANT UPDATE ON idempotency, market, operator_market, rating, tracking TO hexhaul_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON proof, proof_code, proof_code_try, webhook_secret TO hexhaul_api;
-- A statement of account ends before whatever may still add to it, also by other users, and since when those are at it only
-- they see who read all statistics.
DO $$
BEGIN
  GRANT pg_read_all_stats TO hexhaul_api;
EXCEPTION WHEN insufficient_privilege THEN
  IF NOT pg_has_role('hexhaul_api', 'pg_read_all_stats', 'MEMBER') THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
      MESSAGE = 'a superuser has to GRANT pg_read_all_stats TO hexhaul_api first';
  END IF;
END
$$;

-- dispatch: it knows places and addresses, which its offers tell, but nobody's name, phone or wishes, no answer, no proof, no
-- message, no account and no money.
GRANT SELECT (id, job_id, kind, attempt, status, courier_id, route_position, lat_deg, lng_deg, service_s, address, arrived_at,
  completed_at, failed_at, failure_reason, required_proofs, given_proofs, accepted_proofs, waived_proofs, waiver_reason,
  reached_at) ON stop TO hexhaul_dispatch;
GRANT SELECT (id, market_id, status, account_status, version, vehicle, abilities, capacity_weight_g, capacity_volume_l,
  capacity_jobs_count, load_weight_g, load_volume_l, load_jobs_count, live_jobs_count, shift_ends_at, status_changed_at,
  suspension_reason, suspended_until), UPDATE (version) ON courier TO hexhaul_dispatch;
GRANT SELECT (id, market_id, courier_id, bundle_id, status, mode, job_ids, stop_ids, pay, created_at, sent_at, acknowledged_at,
  seen_at, answered_at, expires_at, ttl_s, policy_version, dispatch_epoch, tick_id), INSERT ON offer TO hexhaul_dispatch;
GRANT SELECT (id, type, market_id, at, courier_id, body) ON fact TO hexhaul_dispatch; -- whose body tells when who was on duty
GRANT SELECT ON assignment TO hexhaul_dispatch;
GRANT SELECT, UPDATE ON job TO hexhaul_dispatch;
GRANT INSERT ON bundle, decision, recorded_tick TO hexhaul_dispatch;
GRANT SELECT, INSERT ON offer_job, tick TO hexhaul_dispatch;
GRANT SELECT, INSERT, UPDATE ON lease TO hexhaul_dispatch;

-- relay: it tells, sweeps, and forgets; so it reads what is told, and deletes what is over.
GRANT SELECT ON available_courier, job_with_stops, legal_hold, unoffered_job TO hexhaul_relay;
GRANT SELECT, INSERT ON audit_entry, offer_job TO hexhaul_relay;
GRANT UPDATE (principal_id, credential_id, subject, before, after, reason, request_id, client_address, blanked_at)
  ON audit_entry TO hexhaul_relay; -- looks, after their time, as the table lets through
GRANT SELECT, UPDATE ON fact, rating, relay_cursor TO hexhaul_relay;
GRANT INSERT ON relay_cursor, transfer TO hexhaul_relay;
GRANT SELECT, INSERT, UPDATE ON assignment, audit_head, bundle, courier, job, lease, offer, stop, stream TO hexhaul_relay;
GRANT SELECT, DELETE ON decision, job_message, position_sample, tick, tracking TO hexhaul_relay;
GRANT SELECT, UPDATE, DELETE ON recorded_tick TO hexhaul_relay;
GRANT INSERT ON position_sample TO hexhaul_relay;
GRANT SELECT, UPDATE, DELETE ON credential, idempotency, proof, proof_code, proof_code_try, webhook_endpoint, webhook_secret
  TO hexhaul_relay;
GRANT SELECT, INSERT, DELETE ON stream_event TO hexhaul_relay;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_delivery, webhook_lane TO hexhaul_relay;
GRANT DELETE ON exception TO hexhaul_relay;

-- webhooks: it alone talks to strangers, and knows only what they are told.
GRANT INSERT ON webhook_attempt TO hexhaul_webhooks;
GRANT SELECT, UPDATE ON webhook_delivery, webhook_endpoint, webhook_lane, webhook_secret TO hexhaul_webhooks;
