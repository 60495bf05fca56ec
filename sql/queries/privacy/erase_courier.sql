-- Erase who a courier is; the row is locked. What was carried and earned stays, under the id.
-- $1 courier_id uuid
WITH trail AS (
  DELETE FROM position_sample WHERE courier_id = $1
), tries AS (
  DELETE FROM proof_code_try WHERE courier_id = $1
), places AS (
  UPDATE proof SET lat_deg = NULL, lng_deg = NULL, accuracy_m = NULL WHERE courier_id = $1 AND lat_deg IS NOT NULL
), log_ins AS (
  UPDATE credential SET revoked_at = coalesce(revoked_at, clock_timestamp()), name = NULL WHERE courier_id = $1
), refusals AS (
  UPDATE offer SET answer = NULL WHERE courier_id = $1 AND status = 'declined'
), facts AS (
  UPDATE fact SET body = jsonb_set(body, '{answer}', 'null') WHERE courier_id = $1 AND type = 'offer.declined'
), conversations AS (
  DELETE FROM job_message WHERE courier_id = $1
), opinions AS (
  UPDATE rating SET comment = NULL WHERE courier_id = $1
)
UPDATE courier
   SET name = 'erased', account_status = 'deactivated', suspension_reason = NULL, suspended_until = NULL,
       version = version + 1, erased_at = (SELECT market_now())
 WHERE id = $1
