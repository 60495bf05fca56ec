-- The marketplace: markets, the people in them, jobs with their stops, offers, assignments, and the one log of facts.
-- Times are timestamptz in market time (market_now()) unless the column says otherwise; money is in minor units.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- ------------------------------------------------------------------ deployment and time
-- One row. The epoch names this history: it changes only when a backup is restored, and then every client starts anew.
-- Market time runs `time_scale` times as fast as real time from the anchor on: 1 in life, more in a replay.
CREATE TABLE deployment (
  id               boolean PRIMARY KEY DEFAULT true CHECK (id),
  epoch            uuid NOT NULL,
  anchor_real_at   timestamptz NOT NULL,  -- real time
  anchor_market_at timestamptz NOT NULL,
  time_scale       double precision NOT NULL CHECK (time_scale BETWEEN 0.01 AND 1000)
);

-- The time that every decision about jobs, offers and couriers reads, after its locks are held.
CREATE FUNCTION market_now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
  SELECT anchor_market_at + (clock_timestamp() - anchor_real_at) * time_scale FROM deployment
$$;

-- ------------------------------------------------------------------ closed sets, as in service/domain
CREATE TYPE job_status AS ENUM (
  'scheduled', 'open', 'assigned', 'enroute_to_pickup', 'arrived_at_pickup', 'picked_up', 'enroute_to_dropoff',
  'arrived_at_dropoff', 'delivered', 'undeliverable', 'enroute_to_return', 'arrived_at_return', 'returned', 'canceled',
  'expired', 'failed'
);
CREATE TYPE offer_status AS ENUM ('pending', 'seen', 'accepted', 'declined', 'expired', 'revoked', 'unreachable');
CREATE TYPE offer_mode AS ENUM ('exclusive', 'round', 'board', 'direct');
CREATE TYPE courier_status AS ENUM ('offline', 'online', 'paused', 'busy', 'ending');
CREATE TYPE account_status AS ENUM ('pending_review', 'active', 'suspended', 'deactivated');
CREATE TYPE stop_kind AS ENUM ('pickup', 'dropoff', 'return');
CREATE TYPE stop_status AS ENUM ('pending', 'enroute', 'arrived', 'completed', 'failed', 'skipped');
CREATE TYPE bundle_status AS ENUM ('offered', 'active', 'completed', 'dissolved');
CREATE TYPE actor AS ENUM ('merchant', 'courier', 'ops', 'system');
CREATE TYPE vehicle AS ENUM ('foot', 'bike', 'scooter', 'car', 'van');
CREATE TYPE size_class AS ENUM ('small', 'medium', 'large', 'xlarge');
CREATE TYPE requirement AS ENUM ('age_restricted', 'cold_bag', 'fragile', 'two_person', 'upright');
CREATE TYPE reason_code AS ENUM (
  'address_error', 'package_damaged', 'customer_cancellation_requested', 'wrong_transport_type',
  'recipient_unreachable', 'recipient_refused', 'pickup_closed', 'package_not_ready', 'no_supply', 'technical_issue',
  'duplicate_job', 'courier_issue', 'incorrect_package', 'courier_no_progress', 'failed_to_return'
);
CREATE TYPE exception_kind AS ENUM ('attempt_failed', 'courier_silent', 'no_courier');
CREATE TYPE severity AS ENUM ('info', 'warning', 'critical');

-- ------------------------------------------------------------------ markets and people
CREATE TABLE market (
  id               text PRIMARY KEY CHECK (id ~ '^[a-z][a-z0-9_-]{1,31}$'),
  name             text NOT NULL,
  currency         text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  timezone         text NOT NULL,
  center_lat_deg   double precision NOT NULL CHECK (center_lat_deg BETWEEN -90 AND 90),
  center_lng_deg   double precision NOT NULL CHECK (center_lng_deg BETWEEN -180 AND 180),
  service_radius_m double precision NOT NULL CHECK (service_radius_m BETWEEN 100 AND 200000),
  is_paused        boolean NOT NULL DEFAULT false,
  policy_version   integer NOT NULL DEFAULT 1
);

-- Parameter sets are never edited: a change is a new version.
CREATE TABLE policy (
  market_id  text NOT NULL REFERENCES market,
  version    integer NOT NULL CHECK (version >= 1),
  parameters jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (market_id, version)
);

CREATE TABLE merchant (
  id        uuid PRIMARY KEY,
  market_id text NOT NULL REFERENCES market,
  name      text NOT NULL
);

CREATE TABLE operator (
  id        uuid PRIMARY KEY,
  market_id text NOT NULL REFERENCES market,
  name      text NOT NULL
);

CREATE TABLE courier (
  id                  uuid PRIMARY KEY,
  market_id           text NOT NULL REFERENCES market,
  name                text NOT NULL,
  status              courier_status NOT NULL DEFAULT 'offline',
  account_status      account_status NOT NULL DEFAULT 'active',
  version             bigint NOT NULL DEFAULT 1,
  vehicle             vehicle NOT NULL DEFAULT 'bike',
  abilities           requirement[] NOT NULL DEFAULT '{}',
  capacity_weight_g   integer NOT NULL DEFAULT 0,
  capacity_volume_l   integer NOT NULL DEFAULT 0,
  capacity_jobs_count integer NOT NULL DEFAULT 0,
  -- the most that its present route will ever have on board at once
  load_weight_g       integer NOT NULL DEFAULT 0,
  load_volume_l       integer NOT NULL DEFAULT 0,
  load_jobs_count     integer NOT NULL DEFAULT 0,
  live_jobs_count     integer NOT NULL DEFAULT 0,
  shift_ends_at       timestamptz,
  status_changed_at   timestamptz,
  CONSTRAINT courier_not_overloaded CHECK (
    load_weight_g BETWEEN 0 AND capacity_weight_g AND load_volume_l BETWEEN 0 AND capacity_volume_l
    AND load_jobs_count BETWEEN 0 AND capacity_jobs_count AND live_jobs_count >= 0
  )
);
CREATE INDEX courier_on_duty ON courier (market_id, id) WHERE status <> 'offline';

-- Bearer keys of all principals. The secret is 32 random bytes; only its SHA-256 is kept.
CREATE TABLE credential (
  id            text PRIMARY KEY CHECK (id ~ '^[0-9a-z]{8}$'),
  secret_sha256 bytea NOT NULL CHECK (length(secret_sha256) = 32),
  merchant_id   uuid REFERENCES merchant,
  courier_id    uuid REFERENCES courier,
  operator_id   uuid REFERENCES operator,
  created_at    timestamptz NOT NULL,
  revoked_at    timestamptz,
  CONSTRAINT credential_of_one_principal CHECK (num_nonnulls(merchant_id, courier_id, operator_id) = 1)
);

-- ------------------------------------------------------------------ jobs
CREATE TABLE job (
  id            uuid PRIMARY KEY,
  market_id     text NOT NULL REFERENCES market,
  merchant_id   uuid NOT NULL REFERENCES merchant,
  status        job_status NOT NULL,
  version       bigint NOT NULL,
  last_sequence bigint NOT NULL,
  attempt       integer NOT NULL DEFAULT 1 CHECK (attempt >= 1),
  search_round  integer NOT NULL DEFAULT 0,
  reference     text,
  size_class    size_class NOT NULL,
  weight_g      integer NOT NULL CHECK (weight_g > 0),
  items_count   integer NOT NULL CHECK (items_count > 0),
  requirements  requirement[] NOT NULL DEFAULT '{}',
  vehicles      vehicle[] NOT NULL CHECK (cardinality(vehicles) > 0),
  fee_cents     integer NOT NULL CHECK (fee_cents >= 0),
  currency      text NOT NULL,
  created_at    timestamptz NOT NULL,
  ready_at      timestamptz NOT NULL,
  due_at        timestamptz NOT NULL,
  release_at    timestamptz NOT NULL,
  opened_at     timestamptz,
  search_until  timestamptz NOT NULL,
  ended_at      timestamptz,
  offer_id      uuid,     -- the open offer, if there is one
  courier_id    uuid REFERENCES courier,
  bundle_id     uuid,
  ended_by      actor,
  reason        reason_code,
  CONSTRAINT job_due_after_ready CHECK (due_at > ready_at),
  CONSTRAINT job_ended_has_an_end CHECK (
    (ended_at IS NOT NULL) = (status IN ('delivered', 'returned', 'canceled', 'expired', 'failed'))
  ),
  CONSTRAINT job_offered_only_while_open CHECK (offer_id IS NULL OR status = 'open'),
  CONSTRAINT job_carried_has_a_courier CHECK (
    courier_id IS NOT NULL OR status IN ('scheduled', 'open', 'canceled', 'expired')
  )
);
CREATE UNIQUE INDEX job_reference ON job (merchant_id, reference) WHERE reference IS NOT NULL;
CREATE INDEX job_of_merchant ON job (merchant_id, id);
CREATE INDEX job_of_market ON job (market_id, id);
CREATE INDEX job_open ON job (market_id, id) WHERE status = 'open';
CREATE INDEX job_scheduled ON job (market_id, release_at) WHERE status = 'scheduled';
CREATE INDEX job_of_courier ON job (courier_id) WHERE courier_id IS NOT NULL AND ended_at IS NULL;

-- A place of a job. Contact and address are the only personal data of a job, and stand nowhere else.
CREATE TABLE stop (
  id             uuid PRIMARY KEY,
  job_id         uuid NOT NULL REFERENCES job,
  kind           stop_kind NOT NULL,
  attempt        integer NOT NULL DEFAULT 1,
  status         stop_status NOT NULL DEFAULT 'pending',
  courier_id     uuid REFERENCES courier,
  route_position integer,  -- order within its courier's route; null while nobody carries the job
  lat_deg        double precision NOT NULL CHECK (lat_deg BETWEEN -90 AND 90),
  lng_deg        double precision NOT NULL CHECK (lng_deg BETWEEN -180 AND 180),
  service_s      integer NOT NULL CHECK (service_s >= 0),
  address        text NOT NULL,
  contact_name   text,
  contact_phone  text,
  instructions   text,
  arrived_at     timestamptz,
  completed_at   timestamptz,
  failed_at      timestamptz,
  failure_reason reason_code,
  UNIQUE (job_id, kind, attempt)
);
CREATE INDEX stop_of_route ON stop (courier_id, route_position) WHERE status IN ('pending', 'enroute', 'arrived');

-- ------------------------------------------------------------------ offers and assignments
CREATE TABLE bundle (
  id        uuid PRIMARY KEY,
  market_id text NOT NULL REFERENCES market,
  status    bundle_status NOT NULL
);

CREATE TABLE offer (
  id                 uuid PRIMARY KEY,
  market_id          text NOT NULL REFERENCES market,
  courier_id         uuid NOT NULL REFERENCES courier,
  bundle_id          uuid REFERENCES bundle,
  status             offer_status NOT NULL DEFAULT 'pending',
  mode               offer_mode NOT NULL,
  job_ids            uuid[] NOT NULL CHECK (cardinality(job_ids) BETWEEN 1 AND 15),
  stop_ids           uuid[] NOT NULL,  -- the courier's whole route with these jobs in it, in order
  legs               jsonb NOT NULL,
  pay                jsonb NOT NULL,
  created_at         timestamptz NOT NULL,
  seen_at            timestamptz,
  answered_at        timestamptz,
  expires_at         timestamptz NOT NULL,
  ttl_s              double precision NOT NULL CHECK (ttl_s > 0),
  answer             text,  -- why it was declined or revoked
  policy_version     integer NOT NULL,
  dispatch_epoch     bigint,  -- of the lease under which it was made; null for offers made by ops
  tick_id            bigint
);
CREATE UNIQUE INDEX offer_one_open_of_courier ON offer (courier_id) WHERE status IN ('pending', 'seen');
CREATE INDEX offer_open_until ON offer (market_id, expires_at) WHERE status IN ('pending', 'seen');
CREATE INDEX offer_of_market ON offer (market_id, id);

CREATE TABLE offer_job (
  offer_id   uuid NOT NULL REFERENCES offer,
  job_id     uuid NOT NULL REFERENCES job,
  attempt    integer NOT NULL,
  courier_id uuid NOT NULL REFERENCES courier,
  PRIMARY KEY (job_id, offer_id)
);

CREATE TABLE assignment (
  id         uuid PRIMARY KEY,
  job_id     uuid NOT NULL REFERENCES job,
  courier_id uuid NOT NULL REFERENCES courier,
  offer_id   uuid NOT NULL REFERENCES offer,
  started_at timestamptz NOT NULL,
  ended_at   timestamptz,
  CHECK (ended_at IS NULL OR ended_at >= started_at),
  -- never two couriers on one job, in history either
  CONSTRAINT assignment_no_overlap
    EXCLUDE USING gist (job_id WITH =, tstzrange(started_at, coalesce(ended_at, 'infinity')) WITH &&)
);
CREATE UNIQUE INDEX assignment_one_active ON assignment (job_id) WHERE ended_at IS NULL;
CREATE INDEX assignment_of_courier ON assignment (courier_id) WHERE ended_at IS NULL;

-- ------------------------------------------------------------------ exceptions for ops
CREATE TABLE exception (
  id          uuid PRIMARY KEY,
  market_id   text NOT NULL REFERENCES market,
  kind        exception_kind NOT NULL,
  severity    severity NOT NULL,
  job_id      uuid REFERENCES job,
  courier_id  uuid REFERENCES courier,
  opened_at   timestamptz NOT NULL,
  resolved_at timestamptz,
  resolution  text
);
CREATE UNIQUE INDEX exception_one_open ON exception (kind, coalesce(job_id, courier_id)) WHERE resolved_at IS NULL;
CREATE INDEX exception_of_market ON exception (market_id, id);

-- ------------------------------------------------------------------ facts and what is projected from them
-- The outbox and the record in one: written in the deciding transaction, read in commit order by the relay.
CREATE TABLE fact (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  xid         xid8 NOT NULL DEFAULT pg_current_xact_id(),
  market_id   text NOT NULL REFERENCES market,
  type        text NOT NULL,
  actor       actor NOT NULL,
  at          timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),  -- real time
  job_id      uuid,
  sequence    bigint,  -- per job, gapless
  merchant_id uuid,
  courier_id  uuid,
  offer_id    uuid,
  body        jsonb NOT NULL,
  CONSTRAINT fact_of_a_job_is_numbered CHECK ((job_id IS NULL) = (sequence IS NULL))
);
CREATE UNIQUE INDEX fact_of_job ON fact (job_id, sequence) WHERE job_id IS NOT NULL;
CREATE INDEX fact_in_commit_order ON fact (market_id, xid, id);

-- How far the relay has read. (xid, id) never passes a transaction that is still running, so no fact is skipped.
CREATE TABLE relay_cursor (
  market_id text PRIMARY KEY REFERENCES market,
  xid       xid8 NOT NULL DEFAULT '0',
  id        bigint NOT NULL DEFAULT 0
);

-- One stream per courier, merchant and market; its numbers are given in the transaction that moves the cursor.
CREATE TABLE stream (
  owner    text PRIMARY KEY,  -- courier:<id>, merchant:<id>, market:<id>
  last_seq bigint NOT NULL DEFAULT 0
);
CREATE TABLE stream_event (
  owner       text NOT NULL REFERENCES stream ON DELETE CASCADE,
  seq         bigint NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),  -- real time
  type        text NOT NULL,
  message     bytea NOT NULL,  -- the JSON text as it is sent
  PRIMARY KEY (owner, seq)
);
CREATE INDEX stream_event_age ON stream_event (recorded_at);

-- ------------------------------------------------------------------ processes, requests, record
-- Who may decide for a market (real time: a lease is about processes). The epoch fences a holder that woke late.
CREATE TABLE lease (
  name       text PRIMARY KEY,  -- dispatch:<market>, relay:<market>
  epoch      bigint NOT NULL,
  holder     text NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE TABLE idempotency (
  merchant_id    uuid NOT NULL REFERENCES merchant,
  key            text NOT NULL,
  request_sha256 bytea NOT NULL,
  status_code    integer NOT NULL,
  body           bytea NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),  -- real time
  PRIMARY KEY (merchant_id, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);

-- Each tick that decided something: what it saw, how long it took, and why.
CREATE TABLE tick (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  market_id      text NOT NULL REFERENCES market,
  at             timestamptz NOT NULL,
  policy_version integer NOT NULL,
  dispatch_epoch bigint NOT NULL,
  summary        jsonb NOT NULL
);
CREATE INDEX tick_of_market ON tick (market_id, id);

-- Why an offer was made: candidates considered, filters that removed whom, cost terms. Kept 180 days (security).
CREATE TABLE decision (
  offer_id uuid PRIMARY KEY REFERENCES offer,
  tick_id  bigint NOT NULL REFERENCES tick,
  at       timestamptz NOT NULL,
  reasons  jsonb NOT NULL
);
CREATE INDEX decision_age ON decision (at);
CREATE INDEX decision_of_tick ON decision (tick_id);

-- Thinned positions of couriers under way, copied in bulk; never read by a decision.
CREATE TABLE position_sample (
  market_id  text NOT NULL REFERENCES market,
  courier_id uuid NOT NULL REFERENCES courier,
  at         timestamptz NOT NULL,
  lat_deg    double precision NOT NULL,
  lng_deg    double precision NOT NULL
);
CREATE INDEX position_sample_trail ON position_sample (courier_id, at);
CREATE INDEX position_sample_age ON position_sample (at);

-- ------------------------------------------------------------------ views: the shapes that the service reads
-- A job with its stops. Read it after the locks: a subquery sees the snapshot of its statement, not the locked row.
CREATE VIEW job_with_stops AS
SELECT j.id, j.market_id, j.merchant_id, j.status, j.version, j.last_sequence, j.attempt, j.search_round, j.reference,
       j.size_class, j.weight_g, j.items_count, j.requirements, j.vehicles, j.fee_cents, j.currency, j.created_at,
       j.ready_at, j.due_at, j.release_at, j.opened_at, j.search_until, j.ended_at, j.offer_id, j.courier_id,
       j.bundle_id, j.ended_by, j.reason,
       (SELECT jsonb_agg(to_jsonb(s) ORDER BY s.kind, s.attempt) FROM stop s WHERE s.job_id = j.id) AS stops
  FROM job j;

-- A job that waits for an offer, as the live index holds it.
CREATE VIEW unoffered_job AS
SELECT j.market_id, j.id AS job_id, j.version, p.lat_deg AS pickup_lat_deg, p.lng_deg AS pickup_lng_deg,
       d.lat_deg AS dropoff_lat_deg, d.lng_deg AS dropoff_lng_deg, j.ready_at, j.due_at, j.opened_at, j.size_class,
       j.weight_g, j.vehicles, j.requirements, p.service_s AS pickup_service_s, d.service_s AS dropoff_service_s,
       j.search_round, j.fee_cents,
       ARRAY(SELECT DISTINCT oj.courier_id
               FROM offer_job oj JOIN offer o ON o.id = oj.offer_id
              WHERE oj.job_id = j.id
                AND (o.status IN ('accepted', 'declined', 'expired')
                     OR o.status = 'unreachable' AND oj.attempt = j.attempt)
              ORDER BY oj.courier_id) AS refused_by
  FROM job j
  JOIN stop p ON p.job_id = j.id AND p.kind = 'pickup' AND p.attempt = 1
  JOIN stop d ON d.job_id = j.id AND d.kind = 'dropoff' AND d.attempt = 1
 WHERE j.status = 'open' AND j.offer_id IS NULL;

-- A courier who may be made an offer, with the unfinished stops of the route, in order.
CREATE VIEW available_courier AS
SELECT c.market_id, c.id AS courier_id, c.version, c.vehicle, c.capacity_weight_g, c.capacity_volume_l,
       c.capacity_jobs_count, c.abilities, c.shift_ends_at, c.live_jobs_count,
       coalesce((
         SELECT jsonb_agg(jsonb_build_object(
                  'stop_id', s.id, 'job_id', s.job_id, 'kind', s.kind, 'status', s.status, 'lat_deg', s.lat_deg,
                  'lng_deg', s.lng_deg, 'service_s', s.service_s, 'arrived_at', s.arrived_at,
                  'ready_at', j.ready_at, 'due_at', j.due_at, 'size_class', j.size_class, 'weight_g', j.weight_g)
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
