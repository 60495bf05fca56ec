-- Return all that is kept of a courier.
-- $1 courier_id uuid
SELECT c.market_id, jsonb_build_object(
  'courier', to_jsonb(c),
  'log_ins', (SELECT jsonb_agg(jsonb_build_object(
      'kind', k.kind, 'created_at', k.created_at, 'last_used_at', k.last_used_at, 'revoked_at', k.revoked_at)
      ORDER BY k.created_at) FROM credential k WHERE k.courier_id = c.id),
  'offers', (SELECT jsonb_agg(jsonb_build_object(
      'id', o.id, 'status', o.status, 'created_at', o.created_at, 'answered_at', o.answered_at, 'answer', o.answer,
      'pay', o.pay, 'job_ids', o.job_ids) ORDER BY o.created_at) FROM offer o WHERE o.courier_id = c.id),
  'assignments', (SELECT jsonb_agg(jsonb_build_object(
      'job_id', a.job_id, 'started_at', a.started_at, 'ended_at', a.ended_at) ORDER BY a.started_at)
      FROM assignment a WHERE a.courier_id = c.id),
  'duty', (SELECT jsonb_agg(jsonb_build_object('at', f.at, 'status', f.body ->> 'status') ORDER BY f.id)
      FROM fact f WHERE f.courier_id = c.id AND f.type = 'courier.status_changed'),
  'suspensions', (SELECT jsonb_agg(jsonb_build_object(
      'at', f.at, 'type', f.type, 'reason', f.body -> 'suspension' ->> 'reason', 'until', f.body -> 'suspension' ->> 'until')
      ORDER BY f.id) FROM fact f WHERE f.courier_id = c.id AND f.type IN ('courier.suspended', 'courier.reinstated')),
  'transfers', (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.at, t.id) FROM transfer t
      WHERE 'courier:' || c.id IN (t.debit, t.credit)),
  'ratings', (SELECT jsonb_agg(jsonb_build_object(
      'job_id', r.job_id, 'score', r.score, 'tags', r.tags, 'comment', r.comment, 'created_at', r.created_at)
      ORDER BY r.created_at) FROM rating r WHERE r.courier_id = c.id),
  'messages', (SELECT jsonb_agg(jsonb_build_object(
      'job_id', m.job_id, 'sender', m.sender, 'text', m.text, 'sent_at', m.sent_at) ORDER BY m.sent_at, m.number)
      FROM job_message m WHERE m.courier_id = c.id),
  'proofs', (SELECT jsonb_agg(jsonb_build_object(
      'job_id', p.job_id, 'kind', p.kind, 'created_at', p.created_at, 'lat_deg', p.lat_deg, 'lng_deg', p.lng_deg,
      'accuracy_m', p.accuracy_m) ORDER BY p.created_at) FROM proof p WHERE p.courier_id = c.id),
  'wrong_codes', (SELECT jsonb_agg(jsonb_build_object('stop_id', t.stop_id, 'code', t.code) ORDER BY t.stop_id, t.code)
      FROM proof_code_try t WHERE t.courier_id = c.id),
  'positions', (SELECT jsonb_agg(jsonb_build_object('at', p.at, 'lat_deg', p.lat_deg, 'lng_deg', p.lng_deg) ORDER BY p.at)
      FROM position_sample p WHERE p.courier_id = c.id)
) AS data
  FROM courier c WHERE c.id = $1
