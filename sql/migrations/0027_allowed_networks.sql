-- From where a merchant's key may be used: networks in their canonical form, IPv4 or IPv6; none is anywhere.
ALTER TABLE credential ADD COLUMN allowed_from text[] NOT NULL DEFAULT '{}';
ALTER TABLE credential ADD CONSTRAINT credential_allowed_from_few CHECK (
  cardinality(allowed_from) <= 20 AND (allowed_from = '{}' OR merchant_id IS NOT NULL)
);
