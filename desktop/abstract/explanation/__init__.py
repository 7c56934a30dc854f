"""The explanation panel: which words moved the student's answer, and how far that can be trusted."""
