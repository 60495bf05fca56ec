-- Count the events that endpoints have still to be told, and say for how long the oldest call that is due waits, in seconds of real time.
SELECT (SELECT count(*) FROM webhook_delivery WHERE status = 'pending') AS waiting_count,
       coalesce((SELECT extract(epoch FROM clock_timestamp() - min(due_at)) FROM webhook_lane
                  WHERE due_at <= (SELECT clock_timestamp())), 0)::float8 AS due_age_s
