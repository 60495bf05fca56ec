-- The public key of the device that has logged in, a point of P-256: then its next tokens take a signature as well.
ALTER TABLE refresh_line ADD COLUMN device_key bytea CHECK (length(device_key) = 65);
