"""The house tests itself: what prose cannot keep, these tests do."""
