"""Public days of the meal delivery routing problem, replayed through the engine."""
