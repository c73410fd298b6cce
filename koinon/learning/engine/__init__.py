"""Pure functions of learning: no rows, no requests. Formats, pages and jobs all use these."""
