-- Read why these offers were made; those made by ops have no such record.
-- $1 offer_ids uuid[]
SELECT offer_id, tick_id, at, reasons FROM decision WHERE offer_id = ANY($1)
