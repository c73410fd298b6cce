"""Belong: networks, organisations, places, memberships, mandates.

Nouns: Network, Organisation, Place, Membership, Application, Mandate, Invitation, Intake (an import of a spreadsheet).
Neighbours: accounts below (people); matching above lends offers and needs to the organisation page and the directory.
"""
