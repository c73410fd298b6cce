"""Credentials as pure functions: Open Badges 3.0 built, signed, kept revocable, baked into pictures, and verified.

facts (plain data) -> credentials (JSON-LD) -> signing (VC-JWT, Data Integrity) -> baking (PNG, SVG); beside them keys,
dids (did:web) and statuses (bitstring lists). checking verifies what anybody brings and fails closed: nothing is read
from outside but through the `fetch` that the caller gives, and what cannot be checked is never called valid.
"""
