-- Count the events that enabled endpoints have still to be told, and the seconds for which the oldest call that is due waits, of none that rests.
WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now)
SELECT (SELECT count(*) FROM webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id
         WHERE d.status = 'pending' AND e.disabled_reason IS NULL) AS waiting_count,
       coalesce((SELECT extract(epoch FROM (SELECT now FROM clock) - min(l.due_at))
                   FROM webhook_lane l JOIN webhook_endpoint e ON e.id = l.endpoint_id
                  WHERE l.due_at <= (SELECT now FROM clock) AND e.disabled_reason IS NULL
                    AND coalesce(e.rest_until <= (SELECT now FROM clock), true)), 0)::float8 AS due_age_s
