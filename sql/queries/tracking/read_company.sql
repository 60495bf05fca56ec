-- Read who has to do with a job, and when the accepted offer planned to be at this stop of it.
-- $1 job_id uuid, $2 stop_id uuid
SELECT m.name AS merchant_name, m.color AS merchant_color, c.name AS courier_name, c.vehicle,
       (SELECT (leg ->> 'arrival_at')::timestamptz
          FROM offer_job oj
          JOIN offer o ON o.id = oj.offer_id
         CROSS JOIN jsonb_array_elements(o.legs) AS leg
         WHERE oj.job_id = j.id AND o.courier_id = j.courier_id AND o.status = 'accepted'
           AND (leg ->> 'stop_id')::uuid = $2::uuid
         ORDER BY o.created_at DESC LIMIT 1) AS planned_at
  FROM job j
  JOIN merchant m ON m.id = j.merchant_id
  LEFT JOIN courier c ON c.id = j.courier_id
 WHERE j.id = $1
