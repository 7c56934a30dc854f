"""Everything Coprescribe knows and does, headless: no Qt, no torch, no network."""
