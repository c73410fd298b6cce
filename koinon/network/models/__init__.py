"""Networks, organisations, places, memberships, mandates: who belongs where since when, who speaks for whom."""

from koinon.network.models.intakes import INTAKE_STEPS, Intake, IntakeRow, Intakes
from koinon.network.models.mandates import INVITATION_STEPS, Invitation, Invitations, Mandate, Mandates
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
from koinon.network.models.organisations import SPEAKS, Kind, Organisation, Organisations, Size
from koinon.network.models.periods import days, ended, last_day
from koinon.network.models.places import Place

__all__ = [
    "APPLICATION_STEPS",
    "INTAKE_STEPS",
    "INVITATION_STEPS",
    "SPEAKS",
    "Advice",
    "Application",
    "Applications",
    "Coordination",
    "Coordinations",
    "Intake",
    "IntakeRow",
    "Intakes",
    "Invitation",
    "Invitations",
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
    "days",
    "ended",
    "last_day",
    "name_in",
]
