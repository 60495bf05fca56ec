-- Count the stops that say something sealed.
SELECT count(*)::int8 AS stops_count FROM stop
 WHERE concat_ws(' ', address, contact_name, contact_phone, instructions, recipient_instructions, safe_place) LIKE '%sealed:2%'
