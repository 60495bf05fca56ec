"""The rules of the marketplace: plain functions over plain data; no I/O, clock or randomness."""
