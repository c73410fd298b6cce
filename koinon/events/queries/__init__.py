"""What is asked twice, by subject."""
