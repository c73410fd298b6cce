"""What of learning follows when one organisation goes into another, and what stays, so that badges go on proving.

No verbs; lent to the seam `merging` of the network.
"""

from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koinon.learning.models import (
    Achievement,
    Asset,
    BadgeEndorsement,
    Course,
    CourseImport,
    Enrolment,
    Framework,
    Invited,
    IssuerKey,
    Question,
    Run,
    StatusList,
)
from koinon.network.models import Organisation
from koinon.network.seams import Carry


def endorsements(ledger: Any, kept: Organisation, gone: Organisation) -> None:
    """What was asked follows; what was given is signed with the key of the one that goes, and stays with that key."""
    group = ledger.groups[-1]
    for row in BadgeEndorsement.objects.filter(organisation=gone, state="asked").order_by("pk"):
        try:
            ledger.change(row, organisation=kept.pk)
        except IntegrityError:
            ledger.change(row, state="withdrawn", due_on=None, moved_at=timezone.now())
            ledger.stay(row)
        else:
            group.moved += 1


def parts() -> list[Carry]:
    """What this app lends to the seam `merging`.

    Signing keys and status lists stay: badges that are out name them under the address of who signed, for good. A
    file or question that the other one has too stays: courses find files by the hash of their bytes.
    """
    badges = _("Badges")
    return [
        Carry(Course, "organisation", _("Courses")),
        Carry(Run, "organisation", _("Courses")),
        Carry(Asset, "organisation", _("Files")),
        Carry(Question, "organisation", _("Questions")),
        Carry(Framework, "organisation", _("Competences")),
        Carry(CourseImport, "organisation", _("Files")),
        Carry(Enrolment, "organisation", _("Learners"), is_private=True),
        Carry(Invited, "organisation", _("Invitations"), is_private=True),
        Carry(Achievement, "organisation", badges),
        Carry(BadgeEndorsement, "organisation", badges, by_hand=endorsements),
        Carry(IssuerKey, "organisation", badges, moves=False),
        Carry(StatusList, "organisation", badges, moves=False),
    ]
