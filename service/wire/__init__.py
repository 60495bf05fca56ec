"""What crosses the network: bodies, messages, and the protocols without their sockets. Pure."""
