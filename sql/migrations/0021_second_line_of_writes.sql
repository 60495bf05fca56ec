-- The second line of merchants' writes: a transaction that is for one merchant makes, cancels and changes nothing of
-- another's, whatever a query forgets to ask. What follows from a merchant's own act may touch the jobs of others (an offer of
-- both is taken back), so of jobs only what a merchant does by right is looked at. Everybody else says no merchant.
CREATE FUNCTION refuse_row_of_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (TG_OP <> 'INSERT' AND OLD.merchant_id IS DISTINCT FROM own_merchant_id())
    OR (TG_OP <> 'DELETE' AND NEW.merchant_id IS DISTINCT FROM own_merchant_id()) THEN
    RAISE EXCEPTION 'a row of another merchant in %', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN coalesce(NEW, OLD);
END
$$;

CREATE FUNCTION refuse_row_of_another_merchant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a row of another merchant in %', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

-- After: what is there already is changed by way of INSERT ... ON CONFLICT, and is no new row.
CREATE TRIGGER own_rows AFTER INSERT ON job
  FOR EACH ROW WHEN (current_setting('app.merchant_id', true) <> '') EXECUTE FUNCTION refuse_row_of_another();
CREATE TRIGGER own_cancellations BEFORE UPDATE OF status ON job
  FOR EACH ROW WHEN (current_setting('app.merchant_id', true) <> '' AND NEW.status = 'canceled' AND OLD.status <> 'canceled')
  EXECUTE FUNCTION refuse_row_of_another();
CREATE TRIGGER own_rows BEFORE INSERT OR UPDATE OR DELETE ON credential
  FOR EACH ROW WHEN (current_setting('app.merchant_id', true) <> '') EXECUTE FUNCTION refuse_row_of_another();
CREATE TRIGGER own_rows BEFORE INSERT OR UPDATE OR DELETE ON webhook_endpoint
  FOR EACH ROW WHEN (current_setting('app.merchant_id', true) <> '') EXECUTE FUNCTION refuse_row_of_another();
CREATE TRIGGER own_row BEFORE UPDATE ON merchant
  FOR EACH ROW WHEN (current_setting('app.merchant_id', true) <> '' AND OLD.id IS DISTINCT FROM own_merchant_id())
  EXECUTE FUNCTION refuse_row_of_another_merchant();
CREATE TRIGGER own_rows BEFORE INSERT ON idempotency
  FOR EACH ROW WHEN (current_setting('app.merchant_id', true) <> '') EXECUTE FUNCTION refuse_row_of_another();
