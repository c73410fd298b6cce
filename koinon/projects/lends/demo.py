"""Whom a visitor of the demo may become in projects."""

from koinon.accounts import seams
from koinon.projects.demo.people import groups

seams.demo_people.lend(order=75)(groups)
