"""Pieces of pages that stand many times on one page."""
