"""Who vouches for operators: an issuer of OpenID Connect, and what is asked of it."""
