"""Hexhaul: a crowdshipping marketplace backend with real-time matching."""

__version__ = "0.1.0"
