"""Reads the publishers' files and builds the knowledge tables."""
