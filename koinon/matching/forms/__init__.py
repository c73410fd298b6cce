"""What may be said about offers, needs, replies and introductions."""
