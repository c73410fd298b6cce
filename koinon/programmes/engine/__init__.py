"""Pure functions over plain data."""
