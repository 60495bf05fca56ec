-- What one operator proposes and another approves: corrections of the ledger by hand, and other roles.
CREATE TYPE proposal_kind AS ENUM ('adjustment', 'role_change');
CREATE TABLE proposal (
  id          uuid PRIMARY KEY,  -- UUIDv5 of what it is about and the key: proposed again, it is the same one
  market_id   text NOT NULL REFERENCES market,
  kind        proposal_kind NOT NULL,
  subject_id  uuid NOT NULL,  -- the job, or the operator
  terms       jsonb NOT NULL,
  proposed_by uuid NOT NULL REFERENCES operator,
  proposed_at timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  decided_by  uuid REFERENCES operator,
  decided_at  timestamptz,
  is_approved boolean,
  CONSTRAINT proposal_decided_whole CHECK (num_nonnulls(decided_by, decided_at, is_approved) IN (0, 3)),
  CONSTRAINT proposal_needs_another CHECK (NOT is_approved OR decided_by <> proposed_by),
  CONSTRAINT proposal_approved_in_time CHECK (NOT is_approved OR decided_at < expires_at)
);
CREATE INDEX proposal_undecided ON proposal (market_id, kind, expires_at) WHERE is_approved IS NULL;

-- An account for an emergency ends by itself: it is disabled from then on.
CREATE OR REPLACE VIEW open_credential AS
SELECT k.id, k.kind, k.secret_sha256, k.secret_expires_at, k.scopes, k.merchant_id, k.courier_id, k.operator_id
  FROM credential k
  LEFT JOIN credential opener ON opener.id = k.opened_by
  LEFT JOIN operator o ON o.id = k.operator_id
  LEFT JOIN courier c ON c.id = k.courier_id
 WHERE k.revoked_at IS NULL AND opener.revoked_at IS NULL
   AND (o.disabled_at IS NULL OR o.disabled_at > (SELECT clock_timestamp()))
   AND (c.id IS NULL OR c.account_status <> 'deactivated')
   AND (k.expires_at IS NULL OR k.expires_at > (SELECT clock_timestamp()))
   AND (k.kind <> 'console' OR k.last_used_at > (SELECT clock_timestamp()) - interval '30 min');
