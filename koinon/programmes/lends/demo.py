"""Whom a visitor of the demo may become in programmes."""

from koinon.accounts import seams
from koinon.programmes.demo.people import groups

seams.demo_people.lend(order=72)(groups)
