"""The command line: check, drug, doctor. Imports no Qt."""
