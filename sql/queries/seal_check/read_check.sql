-- Read the text that only the keys open with which this database is sealed.
SELECT sealed FROM seal_check
