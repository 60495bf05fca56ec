-- What ops may do by hand: suspend a courier, extend a deadline, and undo what a request of theirs did.

-- ------------------------------------------------------------------ suspension
CREATE TYPE suspension_reason AS ENUM (
  'conduct', 'courier_request', 'document_expired', 'parcel_missing', 'safety', 'under_review'
);
-- Of a courier whose account is `suspended`. Once the time is over nothing needs to be written: who goes online is active.
ALTER TABLE courier
  ADD COLUMN suspension_reason suspension_reason,
  ADD COLUMN suspended_until timestamptz;  -- null: until somebody ends it
CREATE INDEX courier_suspended ON courier (market_id, id) WHERE account_status = 'suspended';

-- ------------------------------------------------------------------ deadlines
-- What was promised stays in due_at, to be measured by; the matching and the offers go by the extension, if there is one.
ALTER TABLE job
  ADD COLUMN extended_until timestamptz,
  ADD CONSTRAINT job_extended_beyond_the_promise CHECK (extended_until > due_at);

CREATE OR REPLACE VIEW job_with_stops WITH (security_invoker = true) AS
SELECT j.id, j.market_id, j.merchant_id, j.status, j.version, j.last_sequence, j.attempt, j.search_round, j.reference,
       j.size_class, j.weight_g, j.items_count, j.requirements, j.vehicles, j.fee_cents, j.currency, j.created_at,
       j.ready_at, j.due_at, j.release_at, j.opened_at, j.search_until, j.ended_at, j.offer_id, j.courier_id,
       j.bundle_id, j.ended_by, j.reason,
       (SELECT jsonb_agg(to_jsonb(s) ORDER BY s.kind, s.attempt) FROM stop s WHERE s.job_id = j.id) AS stops,
       j.is_unmixed, j.extended_until
  FROM job j;

CREATE OR REPLACE VIEW unoffered_job AS
SELECT j.market_id, j.id AS job_id, j.version, p.lat_deg AS pickup_lat_deg, p.lng_deg AS pickup_lng_deg,
       d.lat_deg AS dropoff_lat_deg, d.lng_deg AS dropoff_lng_deg, j.ready_at,
       coalesce(j.extended_until, j.due_at) AS due_at, j.opened_at, j.size_class,
       j.weight_g, j.vehicles, j.requirements, p.service_s AS pickup_service_s, d.service_s AS dropoff_service_s,
       j.search_round, j.fee_cents,
       ARRAY(SELECT DISTINCT oj.courier_id
               FROM offer_job oj JOIN offer o ON o.id = oj.offer_id
              WHERE oj.job_id = j.id
                AND (o.status IN ('accepted', 'declined', 'expired')
                     OR o.status = 'unreachable' AND oj.attempt = j.attempt)
              ORDER BY oj.courier_id) AS refused_by,
       j.is_unmixed
  FROM job j
  JOIN stop p ON p.job_id = j.id AND p.kind = 'pickup' AND p.attempt = 1
  JOIN stop d ON d.job_id = j.id AND d.kind = 'dropoff' AND d.attempt = 1
 WHERE j.status = 'open' AND j.offer_id IS NULL;

CREATE OR REPLACE VIEW available_courier AS
SELECT c.market_id, c.id AS courier_id, c.version, c.vehicle, c.capacity_weight_g, c.capacity_volume_l,
       c.capacity_jobs_count, c.abilities, c.shift_ends_at, c.live_jobs_count,
       coalesce((
         SELECT jsonb_agg(jsonb_build_object(
                  'stop_id', s.id, 'job_id', s.job_id, 'kind', s.kind, 'status', s.status, 'lat_deg', s.lat_deg,
                  'lng_deg', s.lng_deg, 'service_s', s.service_s, 'arrived_at', s.arrived_at,
                  'ready_at', j.ready_at, 'due_at', coalesce(j.extended_until, j.due_at), 'size_class', j.size_class,
                  'weight_g', j.weight_g, 'is_unmixed', j.is_unmixed)
                ORDER BY s.status <> 'arrived', s.route_position)
           FROM stop s JOIN job j ON j.id = s.job_id
          WHERE s.courier_id = c.id AND s.status IN ('pending', 'enroute', 'arrived')
       ), '[]'::jsonb) AS route,
       coalesce((
         SELECT jsonb_agg(jsonb_build_object('size_class', j.size_class, 'weight_g', j.weight_g))
           FROM job j
          WHERE j.courier_id = c.id AND j.ended_at IS NULL
            AND j.status NOT IN ('scheduled', 'open', 'assigned', 'enroute_to_pickup', 'arrived_at_pickup')
       ), '[]'::jsonb) AS aboard
  FROM courier c
 WHERE c.status IN ('online', 'busy') AND c.account_status = 'active'
   AND NOT EXISTS (SELECT FROM offer o WHERE o.courier_id = c.id AND o.status IN ('pending', 'seen'));

-- ------------------------------------------------------------------ undo
-- What a request did by hand; answers bear its id.
CREATE INDEX audit_entry_of_request ON audit_entry (market_id, request_id) WHERE request_id IS NOT NULL;
