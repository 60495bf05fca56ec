-- Proofs of pickup and delivery: what a stop asks of its courier, what was given, and a merchant's colour on the page that
-- shows it.

CREATE TYPE proof_kind AS ENUM ('code', 'photo', 'signature');

ALTER TABLE stop
  ADD COLUMN required_proofs proof_kind[] NOT NULL DEFAULT '{}',
  ADD COLUMN given_proofs proof_kind[] NOT NULL DEFAULT '{}';  -- when it was completed

-- What sender or recipient say to the courier. It is kept as it is, because it is shown to them again and again; a digest of
-- six digits is no secret either. Every attempt at a drop-off has the same one, and the row goes when it was said.
CREATE TABLE proof_code (
  job_id uuid NOT NULL REFERENCES job,
  kind   stop_kind NOT NULL,
  code   text NOT NULL CHECK (code ~ '^[0-9]{4,6}$'),
  PRIMARY KEY (job_id, kind)
);
-- What a courier said instead, each thing once however often it is said: the number of guesses is limited.
CREATE TABLE proof_code_try (
  stop_id    uuid NOT NULL REFERENCES stop,
  courier_id uuid NOT NULL REFERENCES courier,
  code       text NOT NULL,
  PRIMARY KEY (stop_id, courier_id, code)
);

-- One proof given at a stop, with the moment and, where it was known, the place. The id is the app's, so that to send a
-- picture again changes nothing. A code that was right has no picture.
CREATE TABLE proof (
  id           uuid PRIMARY KEY,
  job_id       uuid NOT NULL REFERENCES job,
  stop_id      uuid NOT NULL REFERENCES stop,
  courier_id   uuid NOT NULL REFERENCES courier,
  kind         proof_kind NOT NULL,
  media_type   text,
  width_px     integer,
  height_px    integer,
  bytes_count  integer,
  sha256       bytea CHECK (length(sha256) = 32),
  content      bytea CHECK (length(content) BETWEEN 1 AND 1048576),
  created_at   timestamptz NOT NULL,
  lat_deg      double precision,
  lng_deg      double precision,
  accuracy_m   double precision,
  CONSTRAINT proof_is_a_picture_or_a_code
    CHECK (num_nulls(media_type, width_px, height_px, bytes_count, sha256, content) = CASE WHEN kind = 'code' THEN 6 ELSE 0 END),
  CONSTRAINT proof_has_a_whole_place CHECK (num_nulls(lat_deg, lng_deg, accuracy_m) IN (0, 3))
);
ALTER TABLE proof ALTER COLUMN content SET STORAGE EXTERNAL;  -- pictures are compressed already
CREATE INDEX proof_of_job ON proof (job_id);
CREATE INDEX proof_of_stop ON proof (stop_id);
CREATE INDEX proof_of_courier ON proof (courier_id);
CREATE INDEX proof_by_age ON proof (created_at);
CREATE TRIGGER proof_is_final BEFORE UPDATE OR TRUNCATE ON proof
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();  -- it goes after its time, and is never another

-- Ops are told when nobody at the stop knows the code.
ALTER TYPE exception_kind ADD VALUE 'proof_attempts_exhausted';

ALTER TABLE merchant ADD COLUMN color text CHECK (color ~ '^#[0-9a-f]{6}$');

ALTER TABLE proof ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON proof USING (NOT is_merchant() OR EXISTS (SELECT FROM job j WHERE j.id = job_id));
ALTER TABLE proof_code ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON proof_code USING (NOT is_merchant() OR EXISTS (SELECT FROM job j WHERE j.id = job_id));
ALTER TABLE merchant ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON merchant USING (NOT is_merchant() OR id = own_merchant_id());

-- As before, but whatever has a policy for merchants is theirs to read, and every view that looks with their eyes.
CREATE OR REPLACE FUNCTION admit_merchants() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  readable text;
BEGIN
  BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hexhaul_merchant') THEN
      CREATE ROLE hexhaul_merchant NOLOGIN;
    END IF;
    GRANT hexhaul_merchant TO CURRENT_USER;
  EXCEPTION WHEN insufficient_privilege OR undefined_object OR duplicate_object OR unique_violation THEN
    RAISE NOTICE 'the role hexhaul_merchant is not to be had: %', SQLERRM;
  END;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'hexhaul_merchant') THEN
    SELECT string_agg(c.oid::regclass::text, ', ') INTO readable
      FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace
       AND (EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'own_rows')
            OR c.relkind = 'v' AND 'security_invoker=true' = ANY (c.reloptions));
    EXECUTE 'GRANT SELECT ON ' || readable || ' TO hexhaul_merchant';
  END IF;
END
$$;
SELECT admit_merchants();
