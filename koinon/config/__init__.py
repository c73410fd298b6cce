"""Wires everything and holds no thought: settings, addresses, the web entry point and the `koinon` command."""
