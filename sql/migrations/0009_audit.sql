-- The audit log: what people did by hand, each entry chained to the one before it by its hash.

-- One chain for each market, so that markets do not wait for each other. The head is locked last in the transaction
-- that acts; who only delivers, offers or posts never asks for it.
CREATE TABLE audit_head (
  market_id text PRIMARY KEY REFERENCES market,
  number    bigint NOT NULL CHECK (number >= 0),  -- of the last entry
  sha256    text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$')
);

-- What is hashed is all of the row but `sha256`, in this order; before and after are JSON texts, kept to the letter.
CREATE TABLE audit_entry (
  market_id       text NOT NULL REFERENCES market,
  number          bigint NOT NULL CHECK (number > 0),  -- without gap
  at              timestamptz NOT NULL,  -- real time
  actor           actor NOT NULL,
  principal_id    uuid,  -- null: the shell of the deployment
  credential_id   text,
  action          text NOT NULL CHECK (action ~ '^[a-z_]{1,64}$'),
  subject         text NOT NULL CHECK (subject ~ '^[a-z_]+:.'),
  before          text NOT NULL,
  after           text NOT NULL,
  reason          text,
  request_id      text,
  client_address  text,
  previous_sha256 text NOT NULL CHECK (previous_sha256 ~ '^[0-9a-f]{64}$'),
  sha256          text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  PRIMARY KEY (market_id, number)
);
CREATE INDEX audit_entry_of_subject ON audit_entry (market_id, subject, number);

CREATE TRIGGER audit_entry_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry FROM PUBLIC, CURRENT_USER;
