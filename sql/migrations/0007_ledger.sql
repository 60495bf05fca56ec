-- The ledger: what merchants owe, what couriers are owed, and what the market keeps, as transfers that nobody can change.

-- ------------------------------------------------------------------ closed sets, as in service/domain
CREATE TYPE transfer_kind AS ENUM ('charge', 'pay', 'extra_charge', 'refund', 'extra_pay', 'deduction');
CREATE TYPE adjustment_reason AS ENUM (
  'canceled_late', 'damaged', 'goodwill', 'late', 'lost', 'mispriced', 'returned', 'waited'
);

-- ------------------------------------------------------------------ what was promised
-- What a courier was promised for a job by an offer: its legs earn, and no policy of later changes that.
CREATE FUNCTION agreed_pay_cents(of_offer_id uuid, of_job_id uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum((leg ->> 'pay_cents')::bigint), 0)::bigint
    FROM offer CROSS JOIN jsonb_array_elements(legs) AS leg
   WHERE id = of_offer_id AND (leg ->> 'job_id')::uuid = of_job_id
$$;

-- ------------------------------------------------------------------ transfers
-- One row takes from one account what it gives to another, so it is balanced by construction. An account is an owner's
-- money in one currency, and has no row: nobody waits for anybody's balance. The id is made of the job and of what the
-- transfer is for, so that to do it again collides.
CREATE TABLE transfer (
  id           uuid PRIMARY KEY,
  market_id    text NOT NULL REFERENCES market,
  job_id       uuid NOT NULL REFERENCES job,
  kind         transfer_kind NOT NULL,
  debit        text NOT NULL CHECK (debit ~ '^(merchant|courier|market):.'),
  credit       text NOT NULL CHECK (credit ~ '^(merchant|courier|market):.'),
  amount_cents bigint NOT NULL CHECK (amount_cents > 0),
  currency     text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  at           timestamptz NOT NULL,
  reason       adjustment_reason,
  CONSTRAINT transfer_between_two CHECK (debit <> credit),
  CONSTRAINT transfer_by_hand_has_a_reason CHECK ((reason IS NULL) = (kind IN ('charge', 'pay')))
);
CREATE INDEX transfer_of_debit ON transfer (debit, at, id);
CREATE INDEX transfer_of_credit ON transfer (credit, at, id);
CREATE INDEX transfer_of_job ON transfer (job_id);
CREATE INDEX transfer_of_market ON transfer (market_id, id);

-- For tables of which no row is ever changed: a correction is a new row.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER transfer_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON transfer
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON transfer FROM PUBLIC, CURRENT_USER;

-- Each transfer as its two sides: what an account rises by. They add up to zero.
CREATE VIEW posting AS
SELECT debit AS account, market_id, id AS transfer_id, job_id, kind, -amount_cents AS amount_cents, currency, at, reason
  FROM transfer
UNION ALL
SELECT credit, market_id, id, job_id, kind, amount_cents, currency, at, reason
  FROM transfer;
