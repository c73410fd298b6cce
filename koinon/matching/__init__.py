"""Find each other: offers and needs, replies, matches across languages, introductions.

Nouns: Listing (an offer or a need), Reply, Match, Introduction. Neighbours: network below (organisations act here).
"""
