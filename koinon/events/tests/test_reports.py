"""Reports: drafted from what happened, small numbers hidden, figures frozen, parts of hosts and visitors."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from koinon.events.actions import reports as actions
from koinon.events.engine.reports import FEW, hidden
from koinon.events.models import EventReport, ReportPart
from koinon.events.queries import reports as queries
from koinon.events.tests.doors_of_afterwards import image
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused
from tests import factories
from tests.people import told


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 12), max_size=8))
def test_no_hidden_number_can_be_found_from_the_total(cells):
    found = hidden(cells)
    gone = [key for key, number in found.items() if number is None]
    assert list(found) == list(cells)
    assert all(found[key] == cells[key] for key in cells if found[key] is not None)
    assert all(number is None or number == 0 or number >= FEW for number in found.values())
    shown = [key for key in cells if found[key] is not None and cells[key] > 0]
    if gone and shown:
        assert len(gone) >= 2
        assert sum(cells[key] for key in gone) >= FEW


@pytest.fixture
def past(gathering):
    now = timezone.now()
    gathering.starts_at, gathering.ends_at = now - timedelta(days=2), now - timedelta(days=1)
    gathering.state, gathering.report_due_on = "over", (now + timedelta(days=29)).date()
    gathering.save()
    return gathering


def people(event, state="attended", **countries):
    return [
        factories.registration(event=event, state=state, country=country)
        for country, number in countries.items()
        for _each in range(number)
    ]


def groups(event, name="countries"):
    return dict(map(tuple, queries.figures(event)["groups"][name]))


@pytest.mark.django_db
def test_what_happened_is_counted(past, django_assert_num_queries):
    came = people(past, ME=7, AL=6)
    people(past, "missed", ME=2)
    people(past, "withdrawn", ME=1)
    session = past.sessions.get()
    factories.presence(session=session, registration=came[0], minutes=90)
    factories.presence(session=session, registration=came[1], minutes=10, said_minutes=45, said_why="Was there")
    factories.certificate(registration=came[0])
    found = queries.figures(past)
    assert (found["registered"], found["attended"], found["missed"]) == (16, 13, 2)
    assert (found["minutes"], found["certified"], found["is_counted"]) == (135, 1, True)
    assert groups(past) == {"ME": 7, "AL": 6}


@pytest.mark.django_db
def test_small_groups_are_hidden_and_so_is_the_one_that_would_betray_them(past):
    people(past, ME=9, AL=6, GR=2)
    assert groups(past) == {"ME": 9, "AL": None, "GR": None}
    assert "hidden" in str(queries.words_of(factories.eventreport(event=past), "en")["groups"])


@pytest.mark.django_db
def test_a_group_of_which_every_number_is_hidden_is_left_out(past):
    people(past, ME=2, AL=2)
    assert groups(past) == {"ME": None, "AL": None}
    assert not [each for each in queries.groups(queries.figures(past), "en") if each.title == "Countries"]


@pytest.mark.django_db
def test_where_nobody_was_counted_the_report_says_so(past):
    people(past, "confirmed", ME=8)
    assert (queries.figures(past)["attended"], queries.figures(past)["is_counted"]) == (8, False)
    assert "nobody was counted" in queries.first_words(past)


@pytest.mark.django_db
def test_published_figures_stay_as_they_were(acting, anna, past):
    rows = people(past, ME=8)
    me = acting(anna)
    report = actions.draft(by=me, event=past)
    assert "House of hubs" in report.text
    assert actions.draft(by=me, event=past).pk == report.pk
    actions.publish(by=me, report=report)
    past.refresh_from_db()
    assert past.state == "reported"
    rows[0].delete()
    report.refresh_from_db()
    assert queries.figures_of(report)["attended"] == 8
    assert Statement.objects.get(verb="events.report_published").counts["attended"] == 8
    with pytest.raises(IntegrityError), transaction.atomic():
        EventReport.objects.filter(pk=report.pk).update(figures={"attended": 99})
    with pytest.raises(ValidationError):
        actions.write(by=me, report=report, text="Other words")
    with pytest.raises(ValidationError):
        actions.publish(by=me, report=report)
    actions.reopen(by=me, report=report)
    actions.publish(by=me, report=EventReport.objects.get())
    assert EventReport.objects.get().figures["attended"] == 7


@pytest.mark.django_db
def test_only_organisers_write_it_and_only_when_it_is_over(acting, anna, luka, rival, past):
    for who in (luka, rival):
        with pytest.raises(Refused):
            actions.draft(by=acting(who), event=past)
    past.state = "open"
    past.save(update_fields=["state"])
    with pytest.raises(ValidationError):
        actions.draft(by=acting(anna), event=past)


@pytest.mark.django_db
def test_everybody_reads_what_is_published_and_nobody_the_draft(client, enter, anna, acting, past):
    people(past, ME=8, AL=3)
    page, paper = reverse("events:event", args=[past.slug]), reverse("events:report_paper", args=[past.slug])
    report = actions.draft(by=acting(anna), event=past)
    actions.write(by=acting(anna), report=report, text="We met #eval(sys) <script> and *agreed*.")
    assert client.get(paper).status_code == 404
    assert "and *agreed*" not in client.get(page).content.decode()
    assert enter(anna).get(paper).content.startswith(b"%PDF-")
    enter(anna).post(reverse("events:report_step", args=[past.slug, "publish"]))
    said = enter(factories.person()).get(page).content.decode()
    assert "and *agreed*" in said
    assert "<script> and" not in said
    assert client.get(paper).content.startswith(b"%PDF-")


@pytest.mark.django_db
def test_photos_that_everybody_sees_stand_on_the_paper(past):
    report = factories.eventreport(event=past, text="- One\n- Two\n\nWords")
    factories.photo(event=past, upload=image(), is_public=True, alt="The hall")
    factories.photo(event=past, upload=image(), alt="Nobody sees this")
    child = factories.registration(event=past, is_minor=True)
    factories.photo(event=past, upload=image(), is_public=True, nobody_is_seen=False, alt="A child").people.add(child)
    assert [each["alt"] for each in queries.words_of(report, "en")["photos"]] == ["The hall"]
    assert queries.paper(report, "mk").startswith(b"%PDF-")


@pytest.fixture
def visit(past):
    past.kind = "study_visit"
    past.save(update_fields=["kind"])
    return past


@pytest.mark.django_db
def test_hosts_and_visitors_each_write_their_part(acting, anna, milos, organisation, stranger, visit):
    host = factories.visitslot(event=visit, host=organisation)
    visiting = factories.member(visit.network)
    speaker = factories.representative(visiting)
    factories.registration(event=visit, state="attended", organisation=visiting)
    factories.registration(event=visit, state="missed", organisation=factories.member(visit.network))
    report = actions.draft(by=acting(anna), event=visit)
    assert {row.organisation_id for row in report.parts.all()} == {host.host_id, visiting.pk}
    assert told(milos, "events.organising")
    actions.draft(by=acting(anna), event=visit)
    assert len(told(milos, "events.organising")) == 1
    mine = ReportPart.objects.get(organisation=organisation)
    with pytest.raises(Refused):
        actions.write_part(by=acting(stranger), part=mine, text="x", is_done=True)
    with pytest.raises(Refused):
        actions.write_part(by=acting(speaker), part=mine, text="x", is_done=True)
    with pytest.raises(ValidationError):
        actions.write_part(by=acting(milos), part=mine, text=" ", is_done=True)
    actions.write_part(by=acting(milos), part=mine, text="We showed our hub.", is_done=True)
    actions.write_part(by=acting(milos), part=mine, text="We showed our hub, twice.", is_done=True)
    assert len([title for title in told(anna) if "is there" in title]) == 1
    actions.publish(by=acting(anna), report=EventReport.objects.get())
    with pytest.raises(ValidationError, match="open it again"):
        actions.write_part(by=acting(milos), part=mine, text="Other words", is_done=True)


@pytest.mark.django_db
def test_a_former_representative_writes_no_part_any_more(enter, milos, organisation, visit):
    from koinon.network.models import Mandate

    report = factories.eventreport(event=visit)
    part = factories.reportpart(report=report, organisation=organisation)
    address = reverse("events:report_part", args=[part.pk])
    assert enter(milos).get(address).status_code == 200
    assert any("Your part" in str(item) for item in _desk(milos))
    Mandate.objects.filter(person=milos).delete()
    assert enter(milos).get(address).status_code == 404


def _desk(person):
    from koinon.accounts.queries import actor_of
    from koinon.accounts.seams import desk_items

    return [item.title for items in desk_items.gather(actor_of(person=person)) for item in items]


@pytest.mark.django_db
def test_the_report_of_three_people_asks_as_often_as_that_of_thirty(past):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = Counter()
    for number in (3, 30):
        people(past, ME=number)
        with CaptureQueriesContext(connection) as asked:
            queries.figures(past)
        counts[len(asked)] += 1
    assert len(counts) == 1


@pytest.mark.django_db
def test_publishing_takes_what_is_written_on_the_page_and_loses_nothing_when_it_is_refused(enter, anna, acting, past):
    people(past, ME=8)
    actions.draft(by=acting(anna), event=past)
    publish = reverse("events:report_step", args=[past.slug, "publish"])
    assert "This field is required." in enter(anna).post(publish, {"text": ""}).content.decode()
    EventReport.objects.filter(event=past).update(state="published")
    late = enter(anna).post(publish, {"text": "Written while somebody else published it."})
    assert "Written while somebody else published it." in late.content.decode()
    EventReport.objects.filter(event=past).update(state="draft")
    assert enter(anna).post(publish, {"text": "Written a moment ago."}).status_code == 302
    report = EventReport.objects.get(event=past)
    assert (report.state, report.text) == ("published", "Written a moment ago.")
