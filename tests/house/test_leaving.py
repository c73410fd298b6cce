"""Whoever takes their data along gets every table that points to a person, or it stands here why not."""

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from koinon.accounts import seams
from koinon.accounts.models import Person
from tests import factories

KNOWN_BY_ACTS = {
    "events.CallName.by", "events.Certificate.given_by", "events.Event.made_by", "events.EventReport.by",
    "events.ListRecall.told_by", "events.Photo.by", "events.Presence.said_by", "events.Registration.sent_by",
    "events.Scan.by", "learning.Answered.by", "learning.Attendance.by", "learning.Award.given_by",
    "learning.BadgeEndorsement.asked_by", "learning.BadgeEndorsement.person", "learning.Card.made_by",
    "learning.Enrolment.enrolled_by", "learning.EventBadge.by", "learning.Happening.by", "learning.Invited.invited_by",
    "learning.Post.hidden_by", "learning.Version.published_by", "network.Beginning.done_by", "network.Intake.person",
    "network.Merge.person", "network.MergeConsent.person", "network.StandingMove.person",
    "programmes.CascadeGrant.granted_by", "programmes.Delivery.supervisor",
    "programmes.Practice.observer", "programmes.Toolkit.by", "programmes.ToolkitProposal.answered_by",
    "projects.Choice.by", "projects.Receipt.checked_by", "projects.Reflection.accepted_by",
    "projects.SmallGrant.first_by", "projects.SmallGrant.paid_by", "projects.SmallGrant.second_by",
    "projects.Teammate.invited_by",
}  # fmt: skip
"""What somebody did to a row of others: the table “acts” tells that, the row is not theirs."""
SECRETS = {"accounts.CalendarKey.person"}


def pointers():
    """(app.Model.field, column) of every column that points to a person."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.concrete and not field.many_to_many and field.related_model is Person:
                yield f"{model._meta.label}.{field.name}", f'"{model._meta.db_table}"."{field.column}" = '


@pytest.mark.django_db
def test_the_download_asks_every_table_that_points_to_a_person():
    somebody = factories.person()
    with CaptureQueriesContext(connection) as asked:
        for lender in seams.data_of:
            lender(somebody)
    said = " ".join(query["sql"] for query in asked.captured_queries)
    left_out = {name for name, column in pointers() if column not in said}
    assert left_out == KNOWN_BY_ACTS | SECRETS


@pytest.mark.django_db
def test_no_table_of_the_download_hides_another():
    somebody = factories.person()
    names = [name for lender in seams.data_of for name in lender(somebody)]
    assert len(names) == len(set(names))
