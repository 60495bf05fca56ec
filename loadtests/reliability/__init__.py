"""What we promise, how it is proved, and what was found on the way: the page, from the records."""
