-- Read whether there is a role for merchants that this user may take.
SELECT can_act_as_merchant() AS is_on
