"""The live path under load: real processes, real sockets, one question per scenario."""
