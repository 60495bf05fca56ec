-- Positions that look made up: a question to ops, from which nothing follows by itself.
ALTER TYPE exception_kind ADD VALUE 'position_doubtful';
