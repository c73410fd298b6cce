"""What can be done to networks, organisations, memberships and mandates: every write is a verb."""
