"""Pure functions of this app: they know no Django and no database."""
