"""People's texts in many languages: the original, translations with their origin, and machine translation if wanted.

`texts` reads and writes; `machine` asks a translation server through a port; each folder-mate `*_provider.py` is one.
"""
