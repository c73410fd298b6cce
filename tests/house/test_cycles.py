"""Every life cycle of ours has a way out of every state."""

import pytest

from koinon.kit.models import WORK_STEPS
from koinon.learning.models import (
    ATTEMPT_STEPS,
    AWARD_STEPS,
    BADGE_ENDORSEMENT_STEPS,
    ENROLMENT_STEPS,
    EVIDENCE_STEPS,
    IMPORT_STEPS,
    INVITED_STEPS,
    PROPOSAL_STEPS,
    RUN_STEPS,
    VERSION_STEPS,
)
from koinon.matching.models import (
    BALLOT_STEPS,
    BRIDGE_STEPS,
    CLUSTER_STEPS,
    INTRODUCTION_STEPS,
    LISTING_STEPS,
    REPLY_STEPS,
    SEAT_STEPS,
    TIE_STEPS,
)
from koinon.network.models import (
    APPLICATION_STEPS,
    CLAIM_STEPS,
    ENDORSEMENT_STEPS,
    FORM_STEPS,
    INTAKE_STEPS,
    INVITATION_STEPS,
    MERGE_STEPS,
    REPORT_STEPS,
    REVIEW_STEPS,
    STANDING_STEPS,
    SUCCESSION_STEPS,
)

CYCLES = {
    "work": WORK_STEPS,
    "application": APPLICATION_STEPS,
    "endorsement": ENDORSEMENT_STEPS,
    "review": REVIEW_STEPS,
    "invitation": INVITATION_STEPS,
    "intake": INTAKE_STEPS,
    "listing": LISTING_STEPS,
    "reply": REPLY_STEPS,
    "introduction": INTRODUCTION_STEPS,
    "tie": TIE_STEPS,
    "cluster": CLUSTER_STEPS,
    "member of a cluster": SEAT_STEPS,
    "ballot": BALLOT_STEPS,
    "bridge": BRIDGE_STEPS,
    "form": FORM_STEPS,
    "claim": CLAIM_STEPS,
    "merge": MERGE_STEPS,
    "report": REPORT_STEPS,
    "standing": STANDING_STEPS,
    "succession": SUCCESSION_STEPS,
    "version of a course": VERSION_STEPS,
    "proposal to authors": PROPOSAL_STEPS,
    "run": RUN_STEPS,
    "enrolment": ENROLMENT_STEPS,
    "invited to a run": INVITED_STEPS,
    "attempt": ATTEMPT_STEPS,
    "evidence": EVIDENCE_STEPS,
    "badge of a person": AWARD_STEPS,
    "endorsement of a badge": BADGE_ENDORSEMENT_STEPS,
    "import of a course": IMPORT_STEPS,
}


@pytest.mark.parametrize("name", CYCLES)
def test_no_state_is_a_trap(name):
    cycle = CYCLES[name]
    for state in cycle:
        seen, edge = {state}, {state}
        while edge:
            edge = {new for old in edge for new in cycle[old]} - seen
            seen |= edge
        assert seen & cycle.ends or len(seen) > 1, f"{name}: nothing follows {state}, and it is not an end"
