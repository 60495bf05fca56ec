"""A synthetic city from a seed: roads, a river with bridges, named streets, districts, places."""
