"""The parser of `defusedxml` that we feed, and what it raises."""
