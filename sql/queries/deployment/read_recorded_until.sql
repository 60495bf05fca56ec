-- Tell the market time before which all that was decided is on record: nobody who still runs can add to it.
-- Who decides reads the time with rows held, that is with a number, and who has none yet will read a later one than this.
-- The statement's own time is from before it looks around. Who has users of their own needs pg_read_all_stats (sql/roles.sql).
SELECT anchor_market_at + (least(statement_timestamp(), running.since) - anchor_real_at) * time_scale AS at
  FROM deployment
 CROSS JOIN (
   SELECT min(xact_start) AS since FROM pg_stat_activity
    WHERE datname = current_database() AND backend_xid IS NOT NULL
 ) running
