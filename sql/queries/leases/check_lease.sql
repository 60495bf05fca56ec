-- Hold the lease for this transaction, if the epoch is still the one in force.
-- $1 name text, $2 epoch int8
SELECT epoch FROM lease WHERE name = $1 AND epoch = $2 FOR SHARE
