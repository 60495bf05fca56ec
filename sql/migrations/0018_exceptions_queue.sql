-- The exceptions queue: more kinds, about a market too, and until when there is something to be done.

ALTER TYPE exception_kind ADD VALUE 'courier_moving_away';
ALTER TYPE exception_kind ADD VALUE 'courier_not_moving';
ALTER TYPE exception_kind ADD VALUE 'index_drift';
ALTER TYPE exception_kind ADD VALUE 'late_risk';
ALTER TYPE exception_kind ADD VALUE 'no_courier_near';
ALTER TYPE exception_kind ADD VALUE 'pickup_wait';
ALTER TYPE exception_kind ADD VALUE 'webhook_failing';

ALTER TABLE exception ADD COLUMN due_at timestamptz;

-- Beside those about a job, a courier or an endpoint.
CREATE UNIQUE INDEX exception_one_open_of_market ON exception (market_id, kind)
  WHERE resolved_at IS NULL AND job_id IS NULL AND courier_id IS NULL AND merchant_id IS NULL AND endpoint_id IS NULL;
-- What is open is looked at every few seconds, what was dismissed for a while.
CREATE INDEX exception_open ON exception (market_id, id) WHERE resolved_at IS NULL;
CREATE INDEX exception_dismissed ON exception (market_id, resolved_at) WHERE resolution = 'dismiss';
CREATE INDEX webhook_endpoint_failing ON webhook_endpoint (market_id) WHERE failures_count > 0;
-- What is resolved is forgotten with the decisions of its time.
CREATE INDEX exception_resolved ON exception (resolved_at) WHERE resolved_at IS NOT NULL;
