"""Pure sums: points become scores and places."""
