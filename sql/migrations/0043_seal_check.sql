-- By what keys recipients' data is sealed here: who cannot open this text has others.

CREATE TABLE seal_check (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    sealed  text    NOT NULL CHECK (octet_length(sealed) <= 400)
);
