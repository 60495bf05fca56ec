-- Return all that is kept of who receives these jobs; of pictures what there is, and the names of the files they make.
-- $1 job_ids uuid[]
SELECT jsonb_build_object('deliveries', (
  SELECT coalesce(jsonb_agg(jsonb_build_object(
           'job_id', j.id, 'merchant', m.name, 'status', j.status, 'created_at', j.created_at, 'ended_at', j.ended_at,
           'stops', (SELECT jsonb_agg(jsonb_build_object(
               'address', s.address, 'lat_deg', s.lat_deg, 'lng_deg', s.lng_deg, 'contact_name', s.contact_name,
               'contact_phone', s.contact_phone, 'instructions', s.instructions,
               'recipient_instructions', s.recipient_instructions, 'safe_place', s.safe_place, 'status', s.status,
               'arrived_at', s.arrived_at, 'completed_at', s.completed_at, 'failed_at', s.failed_at,
               'failure_reason', s.failure_reason) ORDER BY s.attempt)
               FROM stop s WHERE s.job_id = j.id AND s.kind = 'dropoff'),
           'code', (SELECT k.code FROM proof_code k WHERE k.job_id = j.id AND k.kind = 'dropoff'),
           'proofs', (SELECT jsonb_agg(jsonb_build_object(
               'id', p.id, 'kind', p.kind, 'created_at', p.created_at, 'bytes_count', p.bytes_count,
               'sha256', encode(p.sha256, 'hex'), 'picture', p.id || '.' || split_part(p.media_type, '/', 2))
               ORDER BY p.created_at)
               FROM proof p JOIN stop s ON s.id = p.stop_id WHERE p.job_id = j.id AND s.kind = 'dropoff'),
           'messages', (SELECT jsonb_agg(jsonb_build_object(
               'sender', b.sender, 'text', b.text, 'sent_at', b.sent_at) ORDER BY b.number)
               FROM job_message b WHERE b.job_id = j.id),
           'rating', (SELECT jsonb_build_object(
               'score', r.score, 'tags', r.tags, 'comment', r.comment, 'created_at', r.created_at)
               FROM rating r WHERE r.job_id = j.id)) ORDER BY j.id), '[]')
    FROM job j JOIN merchant m ON m.id = j.merchant_id WHERE j.id = ANY($1)
)) AS data
