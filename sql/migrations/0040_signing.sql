-- What signs a webhook: a secret that the receiver shares, or the private half of a pair whose public half receivers are given.
CREATE TYPE signing AS ENUM ('hmac', 'ed25519');
ALTER TABLE webhook_secret ADD COLUMN signing signing NOT NULL DEFAULT 'hmac';
-- Receivers may know it; it stands here because merchants' reads see no secrets, and needs no key of ours to be read.
ALTER TABLE webhook_endpoint
  ADD COLUMN public_key bytea CHECK (length(public_key) = 32);  -- of the newest secret; null: that is shared
