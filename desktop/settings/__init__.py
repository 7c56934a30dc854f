"""What a person has chosen: kept, shown and changed."""
