"""Real PostgreSQL and Valkey servers that live exactly as long as the app that asked for them."""
