"""Import: what others did between reading and making, and between making and taking back."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from koinon.kit.models import Work
from koinon.kit.verbs import machine
from koinon.network.actions import intake as actions
from koinon.network.actions import merges
from koinon.network.clock import intakes as work
from koinon.network.models import Membership, Organisation, Report, days
from tests import event_factories, factories

pytestmark = pytest.mark.django_db
TODAY = date.today()
DAY = timedelta(days=1)
LIBRARY = b"Organisation name,Country,Kind,Offer title\nPublic library,Lithuania,library,Reading club\n"


@pytest.fixture
def send(network, vesa, acting):
    """send() -> an Intake of one library that was read."""

    def read(content=LIBRARY):
        intake = actions.upload(by=acting(vesa), network=network, file=SimpleUploadedFile("list.csv", content))
        work.read_rows.func(work_id=str(intake.work))
        intake.refresh_from_db()
        return intake

    return read


@pytest.fixture
def bring_in(acting, vesa):
    def start(intake):
        actions.start(by=acting(vesa), intake=intake)
        work.import_rows.func(work_id=str(intake.work))
        intake.refresh_from_db()
        return intake

    return start


@pytest.fixture
def take_back(acting, vesa):
    def undo(intake):
        actions.undo(by=acting(vesa), intake=intake)
        work.undo_rows.func(work_id=str(intake.work))
        intake.refresh_from_db()
        return intake

    return undo


def library(**facts):
    return {"names": {"en": "Public library"}, "country": "LT", "kind": "library", **facts}


def test_the_same_file_sent_twice_asks_before_it_makes_twins(send, bring_in, acting, vesa):
    first, second = send(), send()
    bring_in(first)
    made = Organisation.objects.get()
    bring_in(second)
    assert second.state == "checked"
    assert list(Organisation.objects.all()) == [made]
    [row] = second.rows.all()
    assert (row.choice, [twin["key"] for twin in row.twins]) == ("", [str(made.pk)])
    actions.choose(by=acting(vesa), intake=second, choices={2: ("same", str(made.pk))})
    assert bring_in(second).state == "imported"
    assert list(Organisation.objects.all()) == [made]


def test_imports_of_two_networks_come_one_after_the_other(send, acting, vesa):
    """At one instant neither would see what the other makes, and both would make the same organisation."""
    locks = []
    for intake in (send(), send(LIBRARY.replace(b"Public", b"School"))):
        actions.start(by=acting(vesa), intake=intake)
        intake.network = factories.network()
        intake.save()
        with CaptureQueriesContext(connection) as queries:
            work.import_rows.func(work_id=str(intake.work))
        said = [str(query["sql"]) for query in queries]
        locks.append([each for each in said if "advisory" in each and "intake" in each])
    assert locks[0] == locks[1]
    assert len(locks[0]) == 1


def test_who_says_that_it_is_another_one_is_believed(send, bring_in, acting, vesa):
    first, second = send(), send()
    bring_in(first)
    bring_in(second)
    actions.choose(by=acting(vesa), intake=second, choices={2: ("new", "")})
    assert bring_in(second).state == "imported"
    assert Organisation.objects.count() == 2


def test_merged_meanwhile_it_goes_to_the_one_that_is_there(send, bring_in, network, vesa, acting):
    gone = factories.member(network, **library())
    kept = factories.member(network, names={"en": "Kaunas county library"}, country="LT", kind="library")
    intake = send()
    assert intake.rows.get().twin == str(gone.pk)
    merges.ask(by=acting(vesa), network=network, kept=kept, gone=gone)
    assert bring_in(intake).state == "imported"
    assert intake.rows.get().made["owner"] == str(kept.pk)
    assert send().rows.get().twins[0]["key"] == str(kept.pk), "the one that went is proposed no more"


def test_a_member_that_begins_later_is_one_from_today(send, bring_in, take_back, network):
    known = factories.member(factories.network(), **library())
    later = Membership.objects.create(network=network, organisation=known, period=days(TODAY + 3 * DAY))
    intake = bring_in(send())
    assert intake.state == "imported"
    now = Membership.objects.active().get(network=network)
    assert now.period == days(TODAY, TODAY + 2 * DAY)
    take_back(intake)
    assert list(Membership.objects.filter(network=network)) == [later]


def test_a_led_organisation_of_another_network_is_not_made_a_member(send, bring_in, acting, vesa, enter, network):
    known = factories.member(factories.network(), **library())
    factories.representative(known)
    intake = send()
    [row] = intake.rows.all()
    assert row.choice == ""
    with pytest.raises(ValidationError, match="please choose one of the list"):
        actions.choose(by=acting(vesa), intake=intake, choices={2: ("same", str(known.pk))})
    page = enter(vesa).get(reverse("network:intake", args=[network.slug, intake.pk])).content.decode()
    assert "Public library has people who speak for it." in page
    assert f'value="same:{known.pk}"' not in page
    actions.choose(by=acting(vesa), intake=intake, choices={2: ("skip", "")})
    assert not Membership.objects.filter(network=network, organisation=known).exists()


def test_a_led_member_of_this_network_gets_its_offers(send, bring_in, network):
    known = factories.member(network, **library())
    factories.representative(known)
    assert bring_in(send()).rows.get().made["owner"] == str(known.pk)


def test_undo_keeps_a_membership_with_a_report(send, bring_in, take_back):
    intake = bring_in(send())
    membership = Membership.objects.get()
    report = factories.report(membership=membership, network=membership.network, state="accepted")
    take_back(intake)
    assert len(intake.stays) == 1
    assert list(Report.objects.all()) == [report]
    assert Membership.objects.filter(pk=membership.pk).exists()


def test_undo_keeps_a_membership_that_has_ended(send, bring_in, take_back, network):
    factories.member(factories.network(), **library())
    intake = bring_in(send())
    Membership.objects.filter(network=network).update(period=days(TODAY - 9 * DAY, TODAY - DAY))
    take_back(intake)
    assert len(intake.stays) == 1
    assert Membership.objects.filter(network=network).exists()


def test_undo_sees_uses_that_have_no_name_of_their_own(send, bring_in, take_back, network):
    intake = bring_in(send())
    rows = apps.get_model("events.Spelling")._default_manager
    made = Organisation.objects.get(country="LT")
    rows.create(event=event_factories.event(network=network), spelled="public lib", name="A", organisation=made)
    take_back(intake)
    assert len(intake.stays) == 1
    assert rows.count() == 1


def test_undo_does_not_mind_what_jobs_worked_out(send, bring_in, take_back, network):
    intake = bring_in(send())
    factories.placement(network=network, organisation=Organisation.objects.get())
    take_back(intake)
    assert (intake.state, intake.stays) == ("undone", [])
    assert not Organisation.objects.exists()


def test_undo_asks_as_often_for_three_rows_as_for_one(send, bring_in, take_back):
    def queries(*names):
        lines = "".join(f"{name},Lithuania,library\n" for name in names)
        intake = bring_in(send(f"Organisation name,Country,Kind\n{lines}".encode()))
        with CaptureQueriesContext(connection) as caught:
            assert take_back(intake).stays == []
        return len(caught)

    queries("Warm up")
    assert queries("Alpha") == queries("Beta", "Gamma", "Delta")
    assert not Organisation.objects.exists()


def test_two_clicks_on_undo_are_one(send, bring_in, acting, vesa):
    intake = bring_in(send())
    before = Work.objects.count()
    for _click in range(2):
        actions.undo(by=acting(vesa), intake=intake)
    assert Work.objects.count() == before + 1


def test_a_file_of_the_command_line_may_name_anybody(network, tmp_path):
    known = factories.member(factories.network(), **library())
    factories.representative(known)
    path = tmp_path / "list.csv"
    path.write_bytes(LIBRARY)
    report = actions.run_file(path=path, network=network.slug, by=machine("import"))
    assert report["faults"] == []
    assert Membership.objects.active().filter(network=network, organisation=known).exists()
