"""What exists in programmes, by subject."""

from koinon.programmes.models.cascade import (
    CASCADE_GRANT_STEPS,
    QUALIFICATION_STEPS,
    CascadeGrant,
    CascadeGrants,
    Practice,
    Qualification,
    Qualifications,
)
from koinon.programmes.models.deliveries import (
    DELIVERY_STEPS,
    OBSERVATION_STEPS,
    Deliveries,
    Delivery,
    Observation,
    Participant,
    ToolkitProposal,
)
from koinon.programmes.models.lineage import DRIFT_STEPS, DriftWarning, DriftWarnings, LineageSheet
from koinon.programmes.models.opinions import Opinion
from koinon.programmes.models.programmes import (
    PROGRAMME_STEPS,
    TOOLKIT_PROPOSAL_STEPS,
    TOOLKIT_STEPS,
    Activity,
    Handout,
    Programme,
    Programmes,
    Toolkit,
)

__all__ = [
    "CASCADE_GRANT_STEPS",
    "DELIVERY_STEPS",
    "DRIFT_STEPS",
    "OBSERVATION_STEPS",
    "PROGRAMME_STEPS",
    "QUALIFICATION_STEPS",
    "TOOLKIT_PROPOSAL_STEPS",
    "TOOLKIT_STEPS",
    "Activity",
    "CascadeGrant",
    "CascadeGrants",
    "Deliveries",
    "Delivery",
    "DriftWarning",
    "DriftWarnings",
    "Handout",
    "LineageSheet",
    "Observation",
    "Opinion",
    "Participant",
    "Practice",
    "Programme",
    "Programmes",
    "Qualification",
    "Qualifications",
    "Toolkit",
    "ToolkitProposal",
]
