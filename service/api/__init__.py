"""The api process: REST, websockets and their documents. The only package that knows HTTP."""
