-- Row-level security, the second line behind the filters of the queries: what merchants read is read under a role that is
-- shown one merchant's rows, whatever a query forgets to ask. Everybody else is under no policy's hand.

-- Whether this user may take the role, and the role look at this database. To be a member is not enough since version 16.
CREATE FUNCTION can_act_as_merchant() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce((
    SELECT pg_has_role(oid, CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END)
           AND has_table_privilege(oid, 'job', 'SELECT')
      FROM pg_roles WHERE rolname = 'hexhaul_merchant'), false)
$$;

-- Make the role, if this user may, and let this user take it. A server has its roles in common, and another database of it
-- may have made this one. Where none of it is allowed the DBA makes the role and calls this again: see the README.
CREATE FUNCTION admit_merchants() RETURNS void LANGUAGE plpgsql AS $$
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
    GRANT SELECT ON job, stop, tracking, fact, transfer, credential, webhook_endpoint, webhook_lane, webhook_delivery,
      webhook_attempt, job_with_stops, posting TO hexhaul_merchant;
  END IF;
END
$$;

CREATE FUNCTION is_merchant() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT current_user = 'hexhaul_merchant' $$;
-- Null, and so nobody, where nothing was said.
CREATE FUNCTION own_merchant_id() RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('app.merchant_id', true), '')::uuid
$$;

ALTER TABLE job ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON job USING (NOT is_merchant() OR merchant_id = own_merchant_id());
ALTER TABLE stop ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON stop USING (NOT is_merchant() OR EXISTS (SELECT FROM job j WHERE j.id = job_id));
ALTER TABLE tracking ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON tracking USING (NOT is_merchant() OR EXISTS (SELECT FROM job j WHERE j.id = job_id));
ALTER TABLE fact ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON fact USING (NOT is_merchant() OR merchant_id = own_merchant_id());
ALTER TABLE transfer ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON transfer USING (NOT is_merchant() OR 'merchant:' || own_merchant_id() IN (debit, credit));
ALTER TABLE credential ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON credential USING (NOT is_merchant() OR merchant_id = own_merchant_id());
ALTER TABLE webhook_endpoint ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON webhook_endpoint USING (NOT is_merchant() OR merchant_id = own_merchant_id());
ALTER TABLE webhook_lane ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON webhook_lane
  USING (NOT is_merchant() OR EXISTS (SELECT FROM webhook_endpoint e WHERE e.id = endpoint_id));
ALTER TABLE webhook_delivery ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON webhook_delivery
  USING (NOT is_merchant() OR EXISTS (SELECT FROM webhook_endpoint e WHERE e.id = endpoint_id));
ALTER TABLE webhook_attempt ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON webhook_attempt
  USING (NOT is_merchant() OR EXISTS (SELECT FROM webhook_delivery d WHERE d.id = delivery_id));

-- These look with the eyes of who asks, and not with those of who made them.
ALTER VIEW job_with_stops SET (security_invoker = true);
ALTER VIEW posting SET (security_invoker = true);

SELECT admit_merchants();
