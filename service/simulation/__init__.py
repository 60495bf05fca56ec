"""A synthetic city, its people, and public days: pure and repeatable from a seed."""
