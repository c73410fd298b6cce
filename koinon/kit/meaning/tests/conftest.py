"""Fixtures of these tests."""

from .encoders import encoder

__all__ = ["encoder"]
