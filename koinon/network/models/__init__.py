"""Networks, organisations, places, memberships, mandates: who belongs where since when, who speaks for whom."""

from koinon.network.models.admission import (
    Admission,
    Criterion,
    FirstStep,
    MembershipClass,
    MembershipClasses,
    Quota,
    Quotas,
    Right,
    Seat,
    Window,
    Windows,
)
from koinon.network.models.claims import CLAIM_STEPS, Claim, Claims
from koinon.network.models.forms import FORM_STEPS, Form, Forms, FormVersion
from koinon.network.models.intakes import INTAKE_STEPS, Intake, IntakeRow, Intakes
from koinon.network.models.letters import Letter, Letters, LetterText
from koinon.network.models.mandates import INVITATION_STEPS, Invitation, Invitations, Mandate, Mandates
from koinon.network.models.memberships import (
    APPLICATION_STEPS,
    Application,
    Applications,
    Membership,
    Memberships,
)
from koinon.network.models.merges import MERGE_STEPS, Merge, MergeConsent, Merges
from koinon.network.models.names import name_in
from koinon.network.models.networks import Coordination, Coordinations, Network, Networks
from koinon.network.models.organisations import SPEAKS, Kind, Organisation, Organisations, Size
from koinon.network.models.periods import days, ended, last_day
from koinon.network.models.places import Place
from koinon.network.models.reports import (
    REPORT_STEPS,
    STANDING_STEPS,
    Cycle,
    Report,
    Reports,
    Standing,
    StandingMove,
    Standings,
)
from koinon.network.models.reviews import (
    ENDORSEMENT_STEPS,
    REVIEW_STEPS,
    Beginning,
    Endorsement,
    Review,
    Reviews,
    Stay,
)
from koinon.network.models.successions import SUCCESSION_STEPS, Bounce, Succession, Successions

__all__ = [
    "APPLICATION_STEPS",
    "CLAIM_STEPS",
    "ENDORSEMENT_STEPS",
    "FORM_STEPS",
    "INTAKE_STEPS",
    "INVITATION_STEPS",
    "MERGE_STEPS",
    "REPORT_STEPS",
    "REVIEW_STEPS",
    "SPEAKS",
    "STANDING_STEPS",
    "SUCCESSION_STEPS",
    "Admission",
    "Application",
    "Applications",
    "Beginning",
    "Bounce",
    "Claim",
    "Claims",
    "Coordination",
    "Coordinations",
    "Criterion",
    "Cycle",
    "Endorsement",
    "FirstStep",
    "Form",
    "FormVersion",
    "Forms",
    "Intake",
    "IntakeRow",
    "Intakes",
    "Invitation",
    "Invitations",
    "Kind",
    "Letter",
    "LetterText",
    "Letters",
    "Mandate",
    "Mandates",
    "Membership",
    "MembershipClass",
    "MembershipClasses",
    "Memberships",
    "Merge",
    "MergeConsent",
    "Merges",
    "Network",
    "Networks",
    "Organisation",
    "Organisations",
    "Place",
    "Quota",
    "Quotas",
    "Report",
    "Reports",
    "Review",
    "Reviews",
    "Right",
    "Seat",
    "Size",
    "Standing",
    "StandingMove",
    "Standings",
    "Stay",
    "Succession",
    "Successions",
    "Window",
    "Windows",
    "days",
    "ended",
    "last_day",
    "name_in",
]
