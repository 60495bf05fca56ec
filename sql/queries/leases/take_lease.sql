-- Take a lease that is free or has run out, under the next epoch. The holder's own lease is extended as it is.
-- $1 name text, $2 holder text, $3 ttl_s float8
INSERT INTO lease (name, epoch, holder, expires_at)
VALUES ($1, 1, $2, clock_timestamp() + make_interval(secs => $3))
ON CONFLICT (name) DO UPDATE
   SET epoch = CASE WHEN lease.holder = excluded.holder THEN lease.epoch ELSE lease.epoch + 1 END,
       holder = excluded.holder, expires_at = excluded.expires_at
 WHERE lease.holder = excluded.holder OR lease.expires_at < clock_timestamp()
RETURNING epoch
