"""What people are told, by subject."""
