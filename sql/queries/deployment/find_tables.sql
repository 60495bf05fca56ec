-- Tell whether there are tables of ours.
SELECT to_regclass('deployment') IS NOT NULL AS is_there
