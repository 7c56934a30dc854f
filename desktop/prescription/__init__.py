"""The prescription page: list editor, findings, detail."""
