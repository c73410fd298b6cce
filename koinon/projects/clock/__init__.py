"""What happens later, by subject."""
