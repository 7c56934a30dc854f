"""What we call of lime."""
