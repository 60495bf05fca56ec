"""Synthetic tracks of honest phones and of cheats, and how well they are told apart."""
