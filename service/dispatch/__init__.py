"""The matching loop: fetch, decide, commit; one leader per market."""
