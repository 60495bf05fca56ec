-- Let nobody place or lift a hold until this transaction ends.
LOCK TABLE legal_hold IN SHARE MODE
