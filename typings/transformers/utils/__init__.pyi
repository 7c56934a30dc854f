"""What we call of utils."""
