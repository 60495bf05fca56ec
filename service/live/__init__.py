"""Redis (or Valkey): the live index, positions, messages between processes. All of it derived."""
