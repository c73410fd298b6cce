"""Words of learning on pages."""
