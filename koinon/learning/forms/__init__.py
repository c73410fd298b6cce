"""What may be said about courses, runs and badges."""
