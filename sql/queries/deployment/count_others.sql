-- Count the connections that other processes of the service have to this database. Those of another role are seen too.
SELECT count(*) AS others_count FROM pg_stat_activity
 WHERE datname = current_database() AND application_name = 'hexhaul' AND pid <> pg_backend_pid()
