-- What a job's courier, its merchant and ops say to each other. A row never changes; all of a job's go with what is known of
-- its recipient.
CREATE TABLE job_message (
  id          uuid PRIMARY KEY,  -- UUIDv5 of the job, who says it and the key: said again, it is the same one
  job_id      uuid NOT NULL REFERENCES job,
  number      integer NOT NULL CHECK (number > 0),
  merchant_id uuid NOT NULL REFERENCES merchant,
  courier_id  uuid NOT NULL REFERENCES courier,  -- who had the job then: others never read it
  sender      actor NOT NULL CHECK (sender <> 'system'),
  text        text NOT NULL CHECK (length(text) BETWEEN 1 AND 500),
  quick_reply text,
  sent_at     timestamptz NOT NULL,
  UNIQUE (job_id, number)
);
CREATE INDEX job_message_of_courier ON job_message (courier_id);
CREATE TRIGGER job_message_is_final BEFORE UPDATE OR TRUNCATE ON job_message
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();  -- it goes after its time, and is never another

ALTER TABLE job_message ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON job_message USING (NOT is_merchant() OR merchant_id = own_merchant_id());
CREATE TRIGGER own_rows BEFORE INSERT ON job_message
  FOR EACH ROW WHEN (current_setting('app.merchant_id', true) <> '') EXECUTE FUNCTION refuse_row_of_another();
SELECT admit_merchants();
