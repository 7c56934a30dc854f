"""From resolved medicines to findings: documented and inferred interactions, duplicates, loads, patient, alternatives."""
