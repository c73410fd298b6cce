"""Tests of meaning across languages; `encoders` holds the real encoder and two small ones for quick tests."""
