"""Two members of one network with a need and an offer; the stranger and the rival of the whole house try their luck."""

from datetime import date, timedelta

import pytest

from koinon.matching.actions import listings
from tests import factories


@pytest.fixture
def other(network):
    """Another member of the same network."""
    return factories.member(network, names={"en": "Other House"}, kind="hub", country="MK")


@pytest.fixture
def ana(other):
    """Representative of the other member."""
    return factories.representative(other, name="Ana")


@pytest.fixture
def need(network, organisation):
    return factories.listing(network=network, organisation=organisation, side="need", title="A mentor for founders")


@pytest.fixture
def offer(network, other):
    return factories.listing(network=network, organisation=other, side="offer", title="We advise founders")


@pytest.fixture
def match(need, offer):
    return factories.match(need=need, offer=offer, reasons=[{"kind": "themes", "values": ["668"]}])


@pytest.fixture
def soon():
    return date.today() + timedelta(days=30)


@pytest.fixture
def words(soon):
    """What a new listing needs at least."""
    return {
        "side": "need",
        "kind": "mentor",
        "language": "en",
        "title": "A mentor for five founders",
        "text": "One hour a month, online.",
        "until": soon,
    }


@pytest.fixture
def reviewed(network):
    """The network wants to look first."""
    return factories.callrules(network=network, is_reviewed=True, criteria="Is it clear who is sought?\nNo prices.")


@pytest.fixture
def draft(acting, milos, network, organisation, words):
    return listings.post(by=acting(milos), network=network, organisation=organisation, is_draft=True, **words)


@pytest.fixture
def handed_in(acting, vesa, milos, reviewed, draft):
    return listings.publish(by=acting(milos), listing=draft)


@pytest.fixture
def left(db):
    """left(verb) -> how many statements of that verb stand in the chronicle."""
    from koinon.kit.models import Statement

    return lambda verb: Statement.objects.filter(verb=verb).count()


@pytest.fixture
def waiting(db):
    """waiting(task) -> arguments of the jobs of that name that wait."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    return lambda task: [job.args for job in ProcrastinateJob.objects.filter(task_name=task, status="todo")]
