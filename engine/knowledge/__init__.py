"""Read-only knowledge: tables, records, the compiled store, name resolution, facts in words."""
