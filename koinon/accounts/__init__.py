"""Be: people, sign-in, consent, and the notices they receive.

Nouns: Person, Consent, Preference (of notices). Neighbours: kit below; network lends the roles a person holds.
"""
