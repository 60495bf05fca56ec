"""The engine on its own, against the usual ways of doing the same."""
