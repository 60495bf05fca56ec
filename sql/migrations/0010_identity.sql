-- Who may do what: scopes of merchants' keys, roles of operators, log-ins of couriers and operators. Times here are real time.

-- All of a market is live or all of it is a test, and so are the keys of the people in it.
ALTER TABLE market ADD COLUMN livemode boolean NOT NULL DEFAULT false;

CREATE TYPE operator_role AS ENUM ('viewer', 'dispatcher', 'finance', 'admin');
ALTER TABLE operator ADD COLUMN role operator_role NOT NULL DEFAULT 'admin', ADD COLUMN disabled_at timestamptz;
ALTER TABLE operator ALTER COLUMN role DROP DEFAULT;  -- those of before could do everything; now it is said

-- By whom an operator is known to us: an issuer vouches for its subject. Ours is 'local', and keeps a password's hash.
CREATE TABLE identity (
  issuer      text NOT NULL,
  subject     text NOT NULL,
  operator_id uuid NOT NULL REFERENCES operator,
  password    text,
  PRIMARY KEY (issuer, subject),
  CONSTRAINT identity_password_is_ours CHECK ((password IS NOT NULL) = (issuer = 'local'))
);

-- A key is given out once and lasts; a device (of a courier) and a console (of an operator) are log-ins.
CREATE TYPE credential_kind AS ENUM ('key', 'device', 'console');
ALTER TABLE credential
  ADD COLUMN kind credential_kind NOT NULL DEFAULT 'key',
  ADD COLUMN name text,
  ADD COLUMN scopes text[] NOT NULL DEFAULT '{}',
  ADD COLUMN opened_by text REFERENCES credential,  -- the key that a device logged in with: it ends with it
  ADD COLUMN last_used_at timestamptz,  -- to the minute
  ADD COLUMN secret_expires_at timestamptz,  -- of a device: then it needs a new access token
  ADD COLUMN expires_at timestamptz;
UPDATE credential SET scopes = '{jobs:read,jobs:write,webhooks,keys,statement:read}' WHERE merchant_id IS NOT NULL;
ALTER TABLE credential ADD CONSTRAINT credential_scopes_are_a_merchants CHECK (
  scopes <@ '{jobs:read,jobs:write,webhooks,keys,statement:read}' AND (merchant_id IS NOT NULL OR scopes = '{}')
), ADD CONSTRAINT credential_kind_suits CHECK (
  kind = 'key' OR kind = 'device' AND courier_id IS NOT NULL OR kind = 'console' AND operator_id IS NOT NULL
);
CREATE INDEX credential_of_merchant ON credential (merchant_id) WHERE merchant_id IS NOT NULL;
CREATE INDEX credential_of_device ON credential (courier_id) WHERE kind = 'device';
CREATE INDEX credential_opened_by ON credential (opened_by) WHERE opened_by IS NOT NULL;
CREATE INDEX credential_old ON credential (expires_at) WHERE kind <> 'key';

-- Those that open doors: not revoked, not over, not idle, their owner not disabled.
CREATE VIEW open_credential AS
SELECT k.id, k.kind, k.secret_sha256, k.secret_expires_at, k.scopes, k.merchant_id, k.courier_id, k.operator_id
  FROM credential k
  LEFT JOIN credential opener ON opener.id = k.opened_by
  LEFT JOIN operator o ON o.id = k.operator_id
  LEFT JOIN courier c ON c.id = k.courier_id
 WHERE k.revoked_at IS NULL AND opener.revoked_at IS NULL AND o.disabled_at IS NULL
   AND (c.id IS NULL OR c.account_status <> 'deactivated')
   AND (k.expires_at IS NULL OR k.expires_at > (SELECT clock_timestamp()))
   AND (k.kind <> 'console' OR k.last_used_at > (SELECT clock_timestamp()) - interval '30 min');

-- What a device brings to be given its next tokens, as hashes. The tokens of one log-in share a half, of which the hash is
-- line_sha256: whoever brings an old one has it from the device, and a guess ends no log-in.
CREATE TABLE refresh_line (
  credential_id text PRIMARY KEY REFERENCES credential ON DELETE CASCADE,
  line_sha256   bytea NOT NULL CHECK (length(line_sha256) = 32),
  token_sha256  bytea NOT NULL CHECK (length(token_sha256) = 32),
  former_sha256 bytea CHECK (length(former_sha256) = 32),  -- good a while longer, because answers get lost
  renewed_at    timestamptz NOT NULL  -- when the former one was first used
);
