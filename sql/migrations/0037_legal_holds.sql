-- Jobs whose proofs and personal data are needed for a dispute: they are not forgotten while the hold is on.
CREATE TYPE hold_reason AS ENUM ('authority', 'claim', 'dispute', 'insurance');
CREATE TABLE legal_hold (
  job_id uuid PRIMARY KEY REFERENCES job,
  reason hold_reason NOT NULL,
  held_at timestamptz NOT NULL
);
