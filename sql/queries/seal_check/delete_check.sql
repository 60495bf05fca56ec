-- Forget by which keys this database is sealed: whoever comes first says so anew.
DELETE FROM seal_check
