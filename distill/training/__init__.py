"""Training of students: settings, examples, models and the loop that every stage shares."""
