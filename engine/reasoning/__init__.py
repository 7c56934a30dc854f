"""Rationales: ordered steps from facts, their words, and the verification of every step against the facts it cites."""
