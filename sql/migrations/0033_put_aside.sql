-- What made a loop fail and was put aside, so that the others go on: a fact that is not told, and what the matching leaves out.
ALTER TYPE exception_kind ADD VALUE 'fact_untold';
ALTER TYPE exception_kind ADD VALUE 'matching_fault';
