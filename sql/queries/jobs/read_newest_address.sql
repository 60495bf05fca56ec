-- Read where the newest stop is; it may be sealed.
SELECT address FROM stop ORDER BY id DESC LIMIT 1
