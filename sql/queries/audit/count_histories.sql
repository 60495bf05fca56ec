-- Count the histories of this database: one, or none before the first start.
SELECT count(*) AS histories_count FROM deployment
