"""The patient: what is known, what it changes, and what is not known and would matter."""
