"""Import: every row is shown with what is wrong, all rows come in or none, and an import can be taken back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from koinon.kit import jobs
from koinon.kit.models import Statement, Upload, Work
from koinon.kit.verbs import Refused, machine
from koinon.network.actions import intake as actions
from koinon.network.actions import intake_making, intake_reading
from koinon.network.clock import intakes as work
from koinon.network.models import Intake, Membership, Organisation
from tests import doors, factories

pytestmark = pytest.mark.django_db
CLERK = machine("import")
DOORS = {
    "network:intakes": ("get", ["slug"], (200, 404, 404, 302, 404)),
    "network:intake_example": ("get", ["slug"], (200, 404, 404, 302, 404)),
    "network:intake": ("get", ["slug", "intake"], (200, 404, 404, 302, 404)),
    "network:intake_columns": ("post", ["slug", "intake"], (200, 404, 404, 302, 404)),
    "network:intake_move": ("post", ["slug", "intake", "choose"], (302, 404, 404, 302, 404)),
}
HEADER = "Organisation name,Country,City,Kind,Website,Languages,Offer title,Offer text,Need title,Need text"
LIBRARY = "Public library,Lithuania,Kaunas,library,,lt,Reading club,We read aloud.,,"
SCHOOL = "Šolski center Velenje,Slovenia,Velenje,school,scv.si,sl,,,Partner,Exchange of pupils."


@pytest.fixture(autouse=True)
def places(db):
    factories.place(name="Kaunas", native="Kaunas", country="LT", keys="|kaunas|")
    factories.place(name="Velenje", native="Velenje", country="SI", keys="|velenje|velenie|")


@pytest.fixture
def send(network, vesa, acting):
    """send(line, …) -> an Intake that was read."""

    def read(*lines, name="list.csv", data=None):
        content = data if data is not None else "\n".join([HEADER, *lines]).encode()
        file = SimpleUploadedFile(name, content)
        intake = actions.upload(by=acting(vesa), network=network, file=file)
        work.read_rows.func(work_id=str(intake.work))
        intake.refresh_from_db()
        return intake

    return read


@pytest.fixture
def intake(send):
    return send(LIBRARY, SCHOOL)


def bring_in(intake, by):
    actions.start(by=by, intake=intake)
    work.import_rows.func(work_id=str(intake.work))
    intake.refresh_from_db()
    return intake


def said(intake):
    return [(fault["row"], fault["problem"]) for fault in intake_reading.faults_in_words(intake)]


@doors.everybody(DOORS)
def test_doors(request, name, reader, network, organisation, intake):
    doors.check(request, DOORS, name, reader, {"slug": network.slug, "intake": intake.pk})


def test_rows_are_read_with_their_meaning(intake):
    assert intake.state == "checked"
    library, school = intake.rows.all()
    assert (library.number, library.facts["country"], library.facts["kind"]) == (2, "LT", "library")
    assert library.facts["place"]
    assert library.choice == "new"
    assert not library.faults
    assert school.facts["website"] == "https://scv.si"
    assert school.facts["listings"] == [
        {"side": "need", "title": "Partner", "text": "Exchange of pupils.", "kind": "expertise", "until": ""}
    ]


def test_every_fault_is_said_beside_its_row(send):
    intake = send(
        ",Lithuania,Kaunas,library,,,,,,",
        "A,Atlantis,,school,,,,,,",
        "B,Slovenia,Nowhere-on-Sea,spaceship,not a site,klingon,,,,",
        "C,,,,,,,,,",
    )
    assert said(intake) == [
        (2, "The organisation has no name."),
        (3, "“Atlantis” is no country we know."),
        (4, "“spaceship” is no kind we know."),
        (4, "“not a site” is no web address."),
        (4, "“klingon” is no language we know."),
        (4, "“Nowhere-on-Sea” is no place we know in this country."),
        (5, "Please say what kind of organisation it is."),
    ]


def test_what_would_be_refused_later_is_said_of_all_rows_at_once(send):
    data = (
        "Organisation name,Kind,Website,Names,Offer title,Offer until\n"
        "A,hub,http://-.lt,en: A; B Ltd; lt: C,X,2020-01-31\nB,hub,,,X,31.1.2020\n"
    )
    intake = send(data=data.encode())
    past = "Please choose a day in the future."
    assert said(intake) == [(2, past), (2, "“http://-.lt” is no web address."), (3, past)]
    assert intake.rows.get(number=2).facts["names"] == {"en": "A; B Ltd", "lt": "C"}


def test_all_rows_come_in_through_verbs(intake, acting, vesa, network):
    bring_in(intake, acting(vesa))
    assert intake.state == "imported"
    made = Organisation.objects.get(names__sl="Šolski center Velenje")
    assert (made.country, made.kind, made.domain, made.language) == ("SI", "school", "scv.si", "sl")
    assert Membership.objects.active().filter(network=network).count() == 2
    verbs = set(Statement.objects.values_list("verb", flat=True))
    assert {"network.intake_uploaded", "network.intake_started", "network.intake_imported"} <= verbs
    assert {"network.organisation_registered", "network.membership_begun"} <= verbs


def test_a_fault_stops_everything_until_the_row_is_left_out(send, acting, vesa):
    intake = send(LIBRARY, "A,Atlantis,,school,,,,,,")
    with pytest.raises(Exception, match="Some rows have faults"):
        actions.start(by=acting(vesa), intake=intake)
    assert Organisation.objects.count() == 0
    actions.choose(by=acting(vesa), intake=intake, choices={3: ("skip", "")})
    bring_in(intake, acting(vesa))
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "there"), [("Центар Велење", "Šolski center Velenje"), ("Solski center Velenje", "Шолски центар Велење")]
)
def test_twins_are_proposed_across_scripts(send, network, acting, vesa, name, there):
    known = factories.member(network, names={"sl": there}, country="SI", kind="school", place_id=_place("Velenje"))
    intake = send(f"{name},Slovenia,Velenje,school,,,,,,")
    [row] = intake.rows.all()
    assert [twin["key"] for twin in row.twins] == [str(known.pk)]
    assert row.choice == "", "the coordinator decides"
    with pytest.raises(Exception, match="Please say of each"):
        actions.start(by=acting(vesa), intake=intake)
    actions.choose(by=acting(vesa), intake=intake, choices={2: ("same", str(known.pk))})
    before = Organisation.objects.count()
    bring_in(intake, acting(vesa))
    assert Organisation.objects.count() == before


def test_the_same_name_in_the_same_place_is_taken_for_the_same(send, network):
    known = factories.member(
        network, names={"en": "Public library"}, country="LT", kind="library", place_id=_place("Kaunas")
    )
    [row] = send(LIBRARY).rows.all()
    assert (row.choice, row.twin) == ("same", str(known.pk))


def test_a_name_that_several_places_bear_parts_no_twins(send, network):
    for population in (900, 800):
        last = factories.place(name="Agios", native="Άγιος", country="GR", keys="|agios|", population=population)
    known = factories.member(network, names={"el": "Σχολείο"}, country="GR", kind="school", place_id=last.pk)
    [row] = send("Σχολείο,Greece,Agios,school,,,,,,").rows.all()
    assert (row.choice, row.twin) == ("same", str(known.pk))


def test_two_rows_of_one_file_may_be_one(send, acting, vesa):
    intake = send(LIBRARY, LIBRARY.replace("Reading club", "Book week"))
    assert [(row.choice, row.twin) for row in intake.rows.all()] == [("new", ""), ("same", "row:2")]
    bring_in(intake, acting(vesa))
    assert Organisation.objects.count() == 1


def test_organisations_of_closed_networks_are_no_twins(send):
    hidden = factories.network(is_public=False)
    factories.member(hidden, names={"en": "Public library"}, country="LT", kind="library", place_id=_place("Kaunas"))
    [row] = send(LIBRARY).rows.all()
    assert row.twins == []


def test_columns_can_be_put_right(send, acting, vesa):
    data = b"Thing,Where,Sort,Blah\nPublic library,Kaunas,library,x\n"
    intake = send(data=data)
    assert "name" not in intake.columns
    assert (2, "The organisation has no name.") in said(intake)
    actions.arrange(by=acting(vesa), intake=intake, columns={"name": 0, "city": 1, "kind": 2})
    work.read_rows.func(work_id=str(intake.work))
    intake.refresh_from_db()
    assert said(intake) == []
    assert intake.rows.get().facts["country"] == "LT"


def test_choices_survive_another_reading(intake, acting, vesa):
    actions.choose(by=acting(vesa), intake=intake, choices={2: ("skip", "")})
    actions.arrange(by=acting(vesa), intake=intake, columns={**intake.columns})
    work.read_rows.func(work_id=str(intake.work))
    assert intake.rows.get(number=2).choice == "skip"


def test_running_again_makes_nothing_twice(intake, acting, vesa):
    bring_in(intake, acting(vesa))
    row = Work.objects.get(pk=intake.work)
    Work.objects.filter(pk=row.pk).update(state="running")
    work.import_rows.func(work_id=str(row.pk))
    intake_making.carry_out(by=CLERK, intake=intake)
    assert Organisation.objects.count() == 2


def test_a_row_that_is_refused_takes_everything_back(intake, acting, vesa, monkeypatch):
    from django.core.exceptions import ValidationError

    from koinon.network.actions import memberships

    calls: list[dict] = []

    def refuse(**facts):
        calls.append(facts)
        if len(calls) == 2:
            raise ValidationError("Not this one.")
        return original(**facts)

    original = memberships.begin
    monkeypatch.setattr(memberships, "begin", refuse)
    bring_in(intake, acting(vesa))
    assert intake.state == "checked"
    assert Organisation.objects.count() == 0
    assert said(intake) == [(3, "Not this one.")]


def test_cancelling_takes_everything_back(intake, acting, vesa, monkeypatch):
    actions.start(by=acting(vesa), intake=intake)
    monkeypatch.setattr(intake_making, "EVERY", 1)
    monkeypatch.setattr(work, "_seen", _cancelled)
    work.import_rows.func(work_id=str(intake.work))
    intake.refresh_from_db()
    assert intake.state == "checked"
    assert Organisation.objects.count() == 0
    assert Work.objects.get(pk=intake.work).state == "cancelled"


def test_work_that_never_began_gives_the_import_back(intake, acting, vesa):
    by = acting(vesa)
    actions.start(by=by, intake=intake)
    actions.cancel(by=by, intake=intake)
    actions.choose(by=by, intake=intake, choices={2: ("skip", "")})
    assert intake.state == "checked"


def test_undo_takes_back_exactly_what_was_made(intake, acting, vesa, network, organisation):
    bring_in(intake, acting(vesa))
    actions.undo(by=acting(vesa), intake=intake)
    work.undo_rows.func(work_id=str(intake.work))
    intake.refresh_from_db()
    assert (intake.state, intake.stays) == ("undone", [])
    assert list(Organisation.objects.all()) == [organisation]
    assert Membership.objects.filter(network=network).count() == 1


def test_undo_leaves_what_was_changed_or_is_used_since(intake, acting, vesa):
    bring_in(intake, acting(vesa))
    school, library = Organisation.objects.get(country="SI"), Organisation.objects.get(country="LT")
    school.website = "https://www.example.org"
    school.save()
    factories.representative(library)
    actions.undo(by=acting(vesa), intake=intake)
    work.undo_rows.func(work_id=str(intake.work))
    intake.refresh_from_db()
    assert Organisation.objects.filter(pk__in=[school.pk, library.pk]).count() == 2
    assert len(intake.stays) == 2
    assert any("Šolski center Velenje" in stays and "changed" in stays for stays in intake.stays)


def test_forgetting_leaves_nothing_behind(intake, acting, vesa):
    actions.discard(by=acting(vesa), intake=intake)
    assert not Intake.objects.exists()
    assert not Upload.objects.exists()


@pytest.mark.parametrize("verb", [actions.start, actions.undo, actions.discard, actions.cancel])
@pytest.mark.parametrize("reader", ["milos", "stranger", "rival"])
def test_nobody_else_may(request, verb, reader, intake, acting):
    with pytest.raises(Refused):
        verb(by=acting(request.getfixturevalue(reader)), intake=intake)
    assert not Statement.objects.filter(verb=verb.verb).exists()


def test_the_same_queries_for_one_row_and_for_three(enter, vesa, network, send):
    client = enter(vesa)

    def queries(*lines):
        address = reverse("network:intake", args=[network.slug, send(*lines).pk])
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    assert queries(LIBRARY) == queries(LIBRARY, SCHOOL, "Third,Lithuania,Kaunas,hub,,,,,,")


def test_the_page_walks_from_upload_to_undo(enter, vesa, network):
    client = enter(vesa)
    file = SimpleUploadedFile("list.csv", "\n".join([HEADER, LIBRARY, "A,Atlantis,,school,,,,,,"]).encode())
    answer = client.post(reverse("network:intakes", args=[network.slug]), {"file": file})
    intake = Intake.objects.get()
    address = reverse("network:intake", args=[network.slug, intake.pk])
    assert answer["Location"] == address
    assert "Reading and checking" in client.get(address).content.decode()
    work.read_rows.func(work_id=str(intake.work))
    page = client.get(address).content.decode()
    assert "is no country we know" in page
    assert "Which column is which" in page
    client.post(address + "choose/", {"row-3": "skip", "row-2": "new", "show": "all"})
    assert "Import all rows" in client.get(address).content.decode()
    client.post(address + "start/")
    intake.refresh_from_db()
    assert "Importing" in client.get(address).content.decode()
    work.import_rows.func(work_id=str(intake.work))
    assert "Undo this import" in client.get(address).content.decode()
    client.post(address + "undo/")
    intake.refresh_from_db()
    work.undo_rows.func(work_id=str(intake.work))
    assert "This import was undone" in client.get(address).content.decode()


def _place(name):
    from koinon.network.models import Place

    return Place.objects.get(name=name).pk


def _cancelled(track):
    from contextlib import contextmanager

    @contextmanager
    def seen():
        def step(done, total):
            if done > 1:
                raise jobs.Cancelled

        yield step

    return seen()
