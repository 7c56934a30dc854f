"""Prescription text as people write it, and the patient it is written for. Knows words of dosing, and no medicine's name."""
