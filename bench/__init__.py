"""Measurements: what pages, matching, memory and starting cost, beside the plainest page that Django can give.

`make bench` runs everything; README.md says how each figure is taken and what it cannot tell.
"""
