"""Hostile websocket traffic: what is sent, and what the server may answer."""
