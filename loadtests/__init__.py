"""Measurements of the whole thing and of its parts, side by side with what others would do."""
