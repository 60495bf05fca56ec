-- A refresh that is said again brings the same tokens, so what was given last is kept, sealed with the token that was brought for it.
-- After a restore a device may hold a token that the backup has not.
ALTER TABLE refresh_line
  ADD COLUMN next_sealed bytea CHECK (length(next_sealed) = 48),
  ADD COLUMN is_restored boolean NOT NULL DEFAULT false;
