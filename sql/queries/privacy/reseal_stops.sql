-- Put what stops say of people, sealed anew, in the place of what they say.
-- $1 stops jsonb
UPDATE stop s
   SET address = n.address, contact_name = n.contact_name, contact_phone = n.contact_phone, instructions = n.instructions,
       recipient_instructions = n.recipient_instructions, safe_place = n.safe_place
  FROM jsonb_populate_recordset(NULL::stop, $1) n
 WHERE s.id = n.id
