"""Names and relations in text, read by the reader student and the dictionary, compared with knowledge."""
