-- Who has the key of a program of operators': what the program proposes, that person does not approve.
ALTER TABLE operator ADD COLUMN keeper_id uuid REFERENCES operator;

-- The role that operators had in a market they were withdrawn from: they come back with it.
CREATE TABLE former_operator_market (
  operator_id uuid NOT NULL REFERENCES operator,
  market_id   text NOT NULL REFERENCES market,
  role        operator_role NOT NULL,
  PRIMARY KEY (operator_id, market_id)
);
