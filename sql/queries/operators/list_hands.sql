-- Read which of these operators are people, and who has the keys of the others.
-- $1 operator_ids uuid[]
SELECT o.id, o.keeper_id,
       EXISTS (SELECT FROM identity i WHERE i.operator_id = o.id)
       OR NOT EXISTS (SELECT FROM credential k WHERE k.operator_id = o.id AND k.kind = 'key') AS is_person
  FROM operator o WHERE o.id = ANY($1)
