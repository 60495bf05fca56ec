-- hexhaul:concurrently
-- A log-in is over when it is ended, too, and not only when it would have been. What looked for these, `credential_old`, goes when no release asks by it.
CREATE INDEX CONCURRENTLY IF NOT EXISTS credential_over ON credential (least(expires_at, revoked_at))
 WHERE kind <> 'key';
