"""What was written for the demo says so on its page, and nothing else does."""

import pytest
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db


def event(network, is_demo):
    return "events:event", factories.event(network=network, is_demo=is_demo)


def course(network, is_demo):
    row = factories.course(network=network, is_demo=is_demo, is_public=True)
    factories.version(course=row, state="published")
    return "learning:course", row


def call(network, is_demo):
    return "projects:call", factories.call(network=network, is_demo=is_demo)


@pytest.mark.parametrize("made", [event, course, call])
def test_a_page_of_the_demo_says_so(visitor, network, made):
    shown = {}
    for is_demo in (True, False):
        page, row = made(network, is_demo)
        answer = visitor.get(reverse(page, args=[row.slug]))
        assert answer.status_code == 200
        shown[is_demo] = "· Demo</p>" in answer.content.decode()
    assert shown == {True: True, False: False}


def test_a_project_of_the_demo_says_so(enter, network):
    lead = factories.person()
    for is_demo in (True, False):
        row = factories.project(network=network, lead=lead, is_demo=is_demo)
        answer = enter(lead).get(reverse("projects:project", args=[row.slug]))
        assert ("· Demo</p>" in answer.content.decode()) is is_demo
