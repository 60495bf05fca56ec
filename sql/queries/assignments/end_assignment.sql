-- Record that nobody has the job any more; return what its courier was promised for it.
-- $1 job_id uuid, $2 ended_at timestamptz
UPDATE assignment SET ended_at = greatest(started_at, $2) WHERE job_id = $1 AND ended_at IS NULL
RETURNING agreed_pay_cents(offer_id, job_id) AS pay_cents
