-- The markets that an operator looks after beside the one of the account, with the role there.
CREATE TABLE operator_market (
  operator_id uuid NOT NULL REFERENCES operator,
  market_id   text NOT NULL REFERENCES market,
  role        operator_role NOT NULL,
  PRIMARY KEY (operator_id, market_id)
);
