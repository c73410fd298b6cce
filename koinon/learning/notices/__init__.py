"""What people are told about learning, in their language."""
