-- Note of every log-in that it may have been given tokens which the backup has not.
UPDATE refresh_line SET is_restored = true
