"""Long work of imports."""
