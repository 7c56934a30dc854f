"""The command line: check, read, drug, doctor. Imports no Qt."""
