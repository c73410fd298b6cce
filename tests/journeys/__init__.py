"""Walks through the running demo in a real browser: what people come to do, with axe on every page they see."""
