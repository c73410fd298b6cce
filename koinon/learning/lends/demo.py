"""Whom a visitor of the demo may become in learning."""

from koinon.accounts import seams
from koinon.learning.demo.people import groups

seams.demo_people.lend(order=70)(groups)
