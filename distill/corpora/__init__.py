"""Readers of the published corpora that students learn from; official splits, nothing of their text is kept here."""
