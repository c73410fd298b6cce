"""One call of a member: milos runs it, ana and bo are a team, petra supervises, jana and jon sit in the jury."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from koinon.projects.models import Project
from tests import factories


@pytest.fixture
def call(network, organisation):
    """Open, with two criteria; the second counts twice."""
    row = factories.call(network=network, organisation=organisation)
    factories.callcriterion(call=row, names={"en": "Need"}, most=5, weight=1, order=0)
    factories.callcriterion(call=row, names={"en": "Can it be done?"}, most=5, weight=2, order=1)
    return row


@pytest.fixture
def ana(db):
    """Leads the team; belongs to no organisation."""
    return factories.person(name="Ana")


@pytest.fixture
def bo(db):
    return factories.person(name="Bo")


@pytest.fixture
def petra(db):
    return factories.person(name="Petra")


@pytest.fixture
def jana(db):
    return factories.person(name="Jana")


@pytest.fixture
def jon(db):
    return factories.person(name="Jon")


@pytest.fixture
def plan(call, ana, bo):
    """A plan in work that lacks nothing."""
    today = date.today()
    row = factories.project(
        call=call, lead=ana, state="draft", problem="No shade.", people="Our street.", measure="People sit there.",
        starts_on=today + timedelta(days=70), ends_on=today + timedelta(days=130), slug="a-bench",
    )  # fmt: skip
    mate = factories.teammate(project=row, person=bo)
    factories.step(project=row, who=mate)
    factories.risk(project=row)
    factories.budgetline(project=row, amount=Decimal("120.00"))
    return row


@pytest.fixture
def jury(call, jana, jon):
    return [factories.juror(call=call, person=person) for person in (jana, jon)]


@pytest.fixture
def running(plan, call, petra):
    """The plan is carried out; the call is decided."""
    type(call).objects.filter(pk=call.pk).update(state="decided")
    today = date.today()
    facts = {"starts_on": today - timedelta(days=10), "ends_on": today + timedelta(days=50)}
    Project.objects.filter(pk=plan.pk).update(state="running", supervisor=petra, **facts)
    plan.refresh_from_db()
    call.refresh_from_db()
    plan.call = call
    return plan


@pytest.fixture
def vera(organisation):
    """Another one who speaks for the organisation that runs the call."""
    return factories.mandate(organisation=organisation, role="deputy", person=factories.person(name="Vera")).person


@pytest.fixture
def picture():
    """A real, small image as a browser sends it."""
    drawn = BytesIO()
    Image.new("RGB", (8, 8), "green").save(drawn, "PNG")
    return SimpleUploadedFile("bench.png", drawn.getvalue(), content_type="image/png")


@pytest.fixture(autouse=True)
def files_of_the_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def kept(db, picture):
    """The same image, kept for nobody in particular."""
    from koinon.kit import files

    return files.keep_image(file=picture, alt="A bench", person=None)
