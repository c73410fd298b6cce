"""Events of the demo: what the texts name, moved to days that come, with roles instead of living persons."""
