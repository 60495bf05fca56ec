-- Read the newest address that is sealed, among the newest stops.
SELECT n.address AS sealed
  FROM (SELECT s.id, s.address FROM stop s ORDER BY s.id DESC LIMIT 2000) n
 WHERE n.address LIKE 'sealed:%'
 ORDER BY n.id DESC LIMIT 1
