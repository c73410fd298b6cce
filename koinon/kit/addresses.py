"""Addresses of pages by name, looked up once: a page of a member names forty of them."""

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=4096)
def to(name: str, *words: object) -> str:
    """The address of a view with these arguments, as `reverse` gives it; they must be hashable."""
    return reverse(name, args=words)
