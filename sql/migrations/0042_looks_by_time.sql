-- hexhaul:concurrently
-- Looks that are still whole, by time: for who blanks them. It stood in 0041 before, and is there already where that was applied.
CREATE INDEX CONCURRENTLY IF NOT EXISTS audit_entry_to_blank ON audit_entry (at) WHERE content_sha256 IS NOT NULL AND blanked_at IS NULL;
