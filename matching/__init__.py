"""The matching engine: arrays in, arrays out. `matching.solve.solve` is the way in."""
