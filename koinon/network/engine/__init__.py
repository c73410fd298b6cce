"""Pure functions over plain rows and arrays: no Django, nothing that needs a server to be tested."""
