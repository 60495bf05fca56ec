-- Webhooks are called by a process of their own. A fault of ours ends as such and never counts against an endpoint; an endpoint
-- that is deleted goes bit by bit; ops are told of each endpoint that was given up, not of one per merchant.

ALTER TYPE attempt_outcome ADD VALUE 'internal';

ALTER TABLE webhook_endpoint
  ADD COLUMN failed_at timestamptz,  -- last
  ADD COLUMN retired_at timestamptz;  -- its merchant deleted it: its log goes bit by bit, and then it
UPDATE webhook_endpoint SET retired_at = now() WHERE disabled_reason = 'deleted';

ALTER TABLE webhook_delivery ADD COLUMN faults_count integer NOT NULL DEFAULT 0;  -- of the attempts, those that were our own fault
CREATE INDEX webhook_delivery_died ON webhook_delivery (endpoint_id, ended_at) WHERE status = 'dead';

-- It may be deleted before the exception, which is a record. The index by merchant goes: it would hide a second endpoint.
ALTER TABLE exception ADD COLUMN endpoint_id uuid;
DROP INDEX exception_one_open_of_merchant;
CREATE UNIQUE INDEX exception_one_open_of_endpoint ON exception (kind, endpoint_id)
  WHERE resolved_at IS NULL AND endpoint_id IS NOT NULL;
