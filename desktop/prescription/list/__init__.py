"""The list of medicines: the editor with its gutter, completion of names, and the state of each line."""
