"""Pages of people: one function per address."""
