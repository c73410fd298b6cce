"""What may be said, by subject."""
