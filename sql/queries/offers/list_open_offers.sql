-- List which of these couriers have an offer to answer.
-- $1 courier_ids uuid[]
SELECT courier_id FROM offer WHERE courier_id = ANY($1) AND status IN ('pending', 'seen')
