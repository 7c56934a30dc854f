"""Teachers: whatever labels and explains pairs of medicines for a student to learn from, behind one protocol."""
