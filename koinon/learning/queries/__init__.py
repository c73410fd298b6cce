"""What is asked in learning when it is asked twice, or across models."""
