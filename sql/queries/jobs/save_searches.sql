-- Write how far the searches for couriers have come.
-- $1 job_ids uuid[], $2 versions int8[], $3 last_sequences int8[], $4 search_rounds int4[]
UPDATE job SET version = s.version, last_sequence = s.last_sequence, search_round = s.search_round
  FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::int4[]) AS s (id, version, last_sequence, search_round)
 WHERE job.id = s.id
