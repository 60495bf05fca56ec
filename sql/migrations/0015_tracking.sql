-- Tracking: what a recipient opens with a link, says before the drop-off begins, and thinks of it afterwards.

-- One link for each job. Of the token only the hash is kept; with a key it is made from the seed and not here.
CREATE TABLE tracking (
  job_id       uuid PRIMARY KEY REFERENCES job,
  token_sha256 bytea NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
  seed         bytea NOT NULL CHECK (length(seed) = 16),
  key_id       text  -- null: whoever reads the seed can make the token
);

-- Beside what the merchant says of the place.
ALTER TABLE stop
  ADD COLUMN recipient_instructions text,
  ADD COLUMN safe_place text;

CREATE TYPE rating_tag AS ENUM (
  'on_time', 'friendly', 'careful', 'followed_instructions', 'late', 'unfriendly', 'damaged', 'ignored_instructions'
);
CREATE TABLE rating (
  job_id     uuid PRIMARY KEY REFERENCES job,
  courier_id uuid NOT NULL REFERENCES courier,
  score      integer NOT NULL CHECK (score BETWEEN 1 AND 5),
  tags       rating_tag[] NOT NULL,
  comment    text,
  created_at timestamptz NOT NULL
);
CREATE INDEX rating_of_courier ON rating (courier_id);
