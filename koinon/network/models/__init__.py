"""Networks, organisations, places, memberships, mandates: who belongs where since when, who speaks for whom."""

from koinon.network.models.intakes import INTAKE_STEPS, Intake
from koinon.network.models.mandates import INVITATION_STEPS, Invitation, Mandate, Mandates
from koinon.network.models.memberships import (
    APPLICATION_STEPS,
    Advice,
    Application,
    Applications,
    Membership,
    Memberships,
)
from koinon.network.models.names import name_in
from koinon.network.models.networks import Coordination, Coordinations, Network, Networks
from koinon.network.models.organisations import Kind, Organisation, Organisations, Size
from koinon.network.models.places import Place

__all__ = [
    "APPLICATION_STEPS",
    "INTAKE_STEPS",
    "INVITATION_STEPS",
    "Advice",
    "Application",
    "Applications",
    "Coordination",
    "Coordinations",
    "Intake",
    "Invitation",
    "Kind",
    "Mandate",
    "Mandates",
    "Membership",
    "Memberships",
    "Network",
    "Networks",
    "Organisation",
    "Organisations",
    "Place",
    "Size",
    "name_in",
]
