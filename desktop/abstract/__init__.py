"""The abstract page: a text with names and relations highlighted, the relations as a table, and what explains them."""
