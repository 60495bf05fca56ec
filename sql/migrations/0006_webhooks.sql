-- Webhooks: what a merchant's own servers are told, at least once, signed, in order for each job. All times here are real
-- time: they are about servers and networks.

CREATE TYPE delivery_status AS ENUM ('pending', 'delivered', 'dead');
CREATE TYPE attempt_outcome AS ENUM (
  'delivered', 'refused', 'redirected', 'gone', 'timed_out', 'unreachable', 'insecure', 'forbidden_address', 'malformed'
);
CREATE TYPE disabled_reason AS ENUM ('merchant', 'gone', 'failing', 'deleted');

CREATE TABLE webhook_endpoint (
  id              uuid PRIMARY KEY,
  market_id       text NOT NULL REFERENCES market,
  merchant_id     uuid NOT NULL REFERENCES merchant,
  url             text NOT NULL,
  events          text[] NOT NULL,  -- empty: all
  description     text NOT NULL,
  disabled_reason disabled_reason,  -- null: it is told
  created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  failures_count  integer NOT NULL DEFAULT 0,  -- in a row, whichever the job
  failing_since   timestamptz,
  rest_until      timestamptz  -- nobody calls before
);
CREATE INDEX webhook_endpoint_of_merchant ON webhook_endpoint (merchant_id, id);
CREATE INDEX webhook_endpoint_deleted ON webhook_endpoint (id) WHERE disabled_reason = 'deleted';

-- What its calls are signed with; two live ones for a day after a rotation. With a key the secret is derived from the
-- seed and not here.
CREATE TABLE webhook_secret (
  endpoint_id uuid NOT NULL REFERENCES webhook_endpoint ON DELETE CASCADE,
  number      integer NOT NULL,
  seed        bytea NOT NULL CHECK (length(seed) = 32),
  key_id      text,  -- null: the seed is the secret
  expires_at  timestamptz,  -- null: the newest
  PRIMARY KEY (endpoint_id, number)
);

-- What one endpoint is told of one job, in order: one call at a time, by whoever holds the lane, under its epoch.
CREATE TABLE webhook_lane (
  endpoint_id uuid NOT NULL REFERENCES webhook_endpoint ON DELETE CASCADE,
  subject_id  uuid NOT NULL,  -- the job; of a test event itself
  last_seq    bigint NOT NULL,
  told_at     timestamptz NOT NULL,  -- the newest
  due_at      timestamptz,  -- when its head may be sent; null: nothing waits
  epoch       bigint NOT NULL DEFAULT 0,
  lease_until timestamptz,
  PRIMARY KEY (endpoint_id, subject_id)
);
CREATE INDEX webhook_lane_due ON webhook_lane (endpoint_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_lane_held ON webhook_lane (endpoint_id) WHERE lease_until IS NOT NULL;
CREATE INDEX webhook_lane_age ON webhook_lane (told_at);

CREATE TABLE webhook_delivery (
  id             uuid PRIMARY KEY,
  endpoint_id    uuid NOT NULL,
  subject_id     uuid NOT NULL,
  seq            bigint NOT NULL,
  event_id       text NOT NULL,
  type           text NOT NULL,
  body           bytea NOT NULL,  -- the JSON text as it is signed
  status         delivery_status NOT NULL DEFAULT 'pending',
  attempts_count integer NOT NULL DEFAULT 0,  -- since it was made or replayed
  calls_count    integer NOT NULL DEFAULT 0,  -- in all
  created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  due_at         timestamptz DEFAULT clock_timestamp(),
  ended_at       timestamptz,
  UNIQUE (endpoint_id, subject_id, seq),
  FOREIGN KEY (endpoint_id, subject_id) REFERENCES webhook_lane ON DELETE CASCADE,
  CONSTRAINT webhook_delivery_waits_or_has_ended
    CHECK ((status = 'pending') = (due_at IS NOT NULL) AND (status = 'pending') = (ended_at IS NULL))
);
CREATE INDEX webhook_delivery_of_endpoint ON webhook_delivery (endpoint_id, id);
CREATE INDEX webhook_delivery_waiting ON webhook_delivery (endpoint_id, subject_id, seq) WHERE status = 'pending';
CREATE INDEX webhook_delivery_dead ON webhook_delivery (endpoint_id, id) WHERE status = 'dead';

CREATE TABLE webhook_attempt (
  delivery_id uuid NOT NULL REFERENCES webhook_delivery ON DELETE CASCADE,
  number      integer NOT NULL,
  at          timestamptz NOT NULL DEFAULT clock_timestamp(),  -- when it ended
  outcome     attempt_outcome NOT NULL,
  status_code integer,
  duration_ms integer NOT NULL,
  PRIMARY KEY (delivery_id, number)
);

-- Ops are told of an endpoint that was given up: an exception about its merchant.
ALTER TYPE exception_kind ADD VALUE 'webhook_disabled';
ALTER TABLE exception ADD COLUMN merchant_id uuid REFERENCES merchant;
-- Beside `exception_one_open`, by which processes of the release before this one still insert.
CREATE UNIQUE INDEX exception_one_open_of_merchant ON exception (kind, merchant_id)
  WHERE resolved_at IS NULL AND merchant_id IS NOT NULL;
