-- The record of what was decided: also about jobs left open; what ticks saw; who set a policy.

-- ------------------------------------------------------------------ decisions
-- What a tick makes of an open job, as in matching.plan.
CREATE TYPE outcome AS ENUM ('offered', 'held', 'no_candidate', 'all_removed', 'taken', 'not_yet');

-- A decision is about an offer, or about a job that is offered to nobody. Kept 180 days, as before.
ALTER TABLE decision DROP CONSTRAINT decision_pkey;
ALTER TABLE decision ALTER COLUMN offer_id DROP NOT NULL;
ALTER TABLE decision
  ADD COLUMN id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ADD COLUMN outcome outcome NOT NULL DEFAULT 'offered',
  ADD COLUMN job_id  uuid,  -- left open; no reference, which would wait for whoever holds the job
  ADD CONSTRAINT decision_on_an_offer_or_a_job CHECK (num_nonnulls(offer_id, job_id) = 1),
  ADD CONSTRAINT decision_offered_has_an_offer CHECK ((outcome = 'offered') = (offer_id IS NOT NULL));
CREATE UNIQUE INDEX decision_of_offer ON decision (offer_id) WHERE offer_id IS NOT NULL;
CREATE INDEX decision_of_job ON decision (job_id, id) WHERE job_id IS NOT NULL;
CREATE INDEX offer_of_courier ON offer (courier_id, id);

-- ------------------------------------------------------------------ recorded ticks
-- All that a tick decided on, packed, so that the decision can be made again. It holds positions of couriers: kept 30
-- days like their trails, and less when a market has more than its share of bytes.
CREATE TABLE recorded_tick (
  tick_id        bigint PRIMARY KEY REFERENCES tick ON DELETE CASCADE,
  market_id      text NOT NULL REFERENCES market,
  at             timestamptz NOT NULL,
  policy_version integer NOT NULL,
  bytes_count    integer NOT NULL,
  packed         bytea NOT NULL
);
CREATE INDEX recorded_tick_of_market ON recorded_tick (market_id, at, tick_id) INCLUDE (bytes_count);

-- ------------------------------------------------------------------ policies
ALTER TABLE policy
  ADD COLUMN actor       actor NOT NULL DEFAULT 'system',
  ADD COLUMN operator_id uuid REFERENCES operator;
