"""The pages of programmes, walked by those who use them; lists cost the same with one row and with three."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from koinon.kit import links
from koinon.programmes.models import Activity, Delivery, Programme, Qualification, Toolkit
from koinon.programmes.notices.cascade import BEGIN
from tests import factories
from tests.people import told

pytestmark = pytest.mark.django_db


def go(name, *args):
    return reverse(f"programmes:{name}", args=args)


def text(answer):
    return answer.content.decode()


def cost(client, address):
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


@pytest.fixture
def desk(enter, mara):
    return enter(mara)


def test_a_programme_from_nothing_to_its_public_page(desk, visitor, network, hub):
    today = date.today()
    facts = {"name": "Leaders of places", "language": "en", "starts_on": today, "ends_on": today + timedelta(days=300)}
    answer = desk.post(go("new"), {**facts, "funder": "A fund"})
    row = Programme.objects.get()
    assert answer["Location"] == go("edit", row.slug)
    assert visitor.get(go("programme", row.slug)).status_code == 404
    wrong = desk.post(go("edit", row.slug), {**facts, "ends_on": today - timedelta(days=1)})
    assert "Leaders of places" in text(wrong)
    numbers = {"evidence_needed": 1, "practice_needed": 2, "grant_months": 12, "target_deliveries": 3}
    numbers |= {"target_people": 30, "most_generations": 4}
    said = {**facts, **numbers, "currency": "EUR", "languages": ["sq"], "is_public": "on", "about": "Hear <b>this</b>"}
    desk.post(go("edit", row.slug), {**said, "ends_on": today - timedelta(days=1)})
    assert Programme.objects.get().practice_needed == 1
    desk.post(go("edit", row.slug), said)
    desk.post(go("step", row.slug, "start"))
    page = text(visitor.get(go("programme", row.slug)))
    assert "2 sessions led while somebody observes" in page
    assert "&lt;b&gt;this" in page
    assert Programme.objects.get().languages == ["en", "sq"]


def test_the_budget_is_for_those_who_run_it(desk, visitor, programme):
    Programme.objects.filter(pk=programme.pk).update(budget="12345.00")
    assert "12,345.00\u00a0EUR" in text(desk.get(go("programme", programme.slug)))
    assert "12,345" not in text(visitor.get(go("programme", programme.slug)))


@pytest.mark.parametrize(
    ("currency", "said", "kept", "shown"),
    [
        ("KWD", "1234.505", "1234.505", "1,234.505\u00a0KWD"), ("JPY", "500000", "500000", "500,000\u00a0JPY"),
        ("EUR", "9000000000.5", "9000000000.5", "9,000,000,000.50\u00a0EUR"),
        ("JPY", "10.5", None, ""), ("EUR", "10.005", None, ""),
    ],
)  # fmt: skip
def test_the_budget_is_as_fine_as_its_currency(desk, programme, currency, said, kept, shown):
    form = desk.get(go("edit", programme.slug)).context["form"]
    facts = {name: value for name in form.fields if (value := form[name].value()) not in (None, "")}
    desk.post(go("edit", programme.slug), {**facts, "currency": currency, "budget": said})
    programme.refresh_from_db()
    assert programme.budget == (Decimal(kept) if kept else None)
    if kept:
        assert shown in text(desk.get(go("programme", programme.slug)))
    with pytest.raises(IntegrityError, match="programme_money_is_exact"), transaction.atomic():
        Programme.objects.filter(pk=programme.pk).update(currency="JPY", budget="0.5")


def test_a_toolkit_is_written_translated_published_and_compared(desk, visitor, programme):
    slug = programme.slug
    desk.post(go("toolkit_step", slug, "begin"))
    said = {"title": "Listening", "goal": "We hear", "text": "Sit down.", "minutes": 20, "group_size": "pairs"}
    desk.post(go("activity_new", slug), said)
    leaf = Activity.objects.get()
    desk.post(go("activity_translate", slug, leaf.pk, "sq"), {"title": "Dëgjojmë", "text": "Uluni."})
    paper = SimpleUploadedFile("page.pdf", b"%PDF-1.4 words", content_type="application/pdf")
    desk.post(
        go("handout_new", slug, leaf.pk),
        {"file": paper, "title": "A page", "language": "en", "licence": "CC-BY-SA-4.0", "credit": "Hub"},
    )
    assert visitor.get(go("handout", leaf.handouts.get().pk)).status_code == 404
    desk.post(go("toolkit_step", slug, "publish"), {"changes": ""})
    page = text(visitor.get(go("toolkit", slug) + "?language=sq"))
    assert "Dëgjojmë" in page
    assert "older than the original" not in page
    assert visitor.get(go("handout", leaf.handouts.get().pk)).status_code == 200
    desk.post(go("toolkit_step", slug, "begin"))
    newer = Activity.objects.get(toolkit__number=2)
    assert newer.key == leaf.key
    assert newer.handouts.count() == 1
    desk.post(go("activity", slug, newer.pk), {**said, "text": "Sit down in pairs."})
    assert "older than the original" in text(desk.get(go("toolkit_draft", slug)))
    refused = desk.post(go("toolkit_step", slug, "publish"), {"changes": ""}, follow=True)
    assert Toolkit.objects.get(number=2).state == "draft"
    assert refused.status_code == 200
    desk.post(go("toolkit_step", slug, "publish"), {"changes": "Pairs are named."})
    page = text(visitor.get(go("toolkit_changes", slug, 2)))
    assert "Sit down in pairs." in page
    assert "Pairs are named." in page
    assert "older than the original" in text(visitor.get(go("version", slug, 2) + "?language=sq"))
    assert text(visitor.get(go("toolkit_print", slug, 1))).count("Sit down.") == 1


def test_a_file_that_is_no_page_is_refused_beside_the_field(desk, programme):
    desk.post(go("toolkit_step", programme.slug, "begin"))
    leaf = factories.activity(toolkit=Toolkit.objects.get())
    wrong = SimpleUploadedFile("page.pdf", b"<script>alert(1)</script>", content_type="application/pdf")
    answer = desk.post(
        go("handout_new", programme.slug, leaf.pk),
        {"file": wrong, "title": "A page", "language": "en", "licence": "CC-BY-SA-4.0"},
    )
    assert answer.status_code == 200
    assert 'value="A page"' in text(answer)
    assert not leaf.handouts.exists()


def test_two_drafts_at_once_are_one_polite_sentence(desk, programme):
    desk.post(go("toolkit_step", programme.slug, "begin"))
    answer = desk.post(go("toolkit_step", programme.slug, "begin"), follow=True)
    assert "being written already" in text(answer)
    assert Toolkit.objects.count() == 1


def test_a_delivery_in_five_fields(enter, fatmir, programme, toolkit):
    client, today = enter(fatmir), date.today()
    assert "A few fields now" in text(client.get(go("deliver", programme.slug)))
    said = {
        "title": "Evening",
        "starts_on": today,
        "ends_on": today - timedelta(days=1),
        "expected": 12,
        "language": "en",
    }
    wrong = client.post(go("deliver", programme.slug), said)
    assert "before the first one" in text(wrong)
    assert 'value="Evening"' in text(wrong)
    client.post(go("deliver", programme.slug), {**said, "ends_on": today})
    made = Delivery.objects.get()
    assert (made.state, made.toolkit, made.generation) == ("running", toolkit, 1)
    page = text(client.get(go("delivery", made.pk)))
    assert "/deliveries/join/" in page
    assert "k-qr" in page


def test_a_report_with_what_was_changed_and_its_answer(enter, desk, fatmir, delivery, toolkit, luka, mara):
    Delivery.objects.filter(pk=delivery.pk).update(toolkit=toolkit)
    leaf, client = toolkit.activities.get(), enter(fatmir)
    assert "Listening in pairs" in text(client.get(go("report", delivery.pk)))
    client.post(go("propose", delivery.pk), {"activity": leaf.key, "changed": "Only ten minutes."})
    client.post(go("report", delivery.pk), {"words": "Good evening.", "used": [leaf.key]})
    row = Delivery.objects.get(pk=delivery.pk)
    assert (row.state, row.used) == ("reported", [leaf.key])
    page = text(desk.get(go("proposals", delivery.programme.slug)))
    assert "Only ten minutes." in page
    proposal = row.proposals.get()
    wrong = desk.post(go("proposal_answer", delivery.programme.slug, proposal.pk), {"is_taken": "yes"})
    assert wrong.status_code == 200
    desk.post(go("proposal_answer", delivery.programme.slug, proposal.pk), {"is_taken": "yes", "words": "Thank you."})
    assert any("Taken into" in title for title in told(fatmir))
    assert "Thank you." in text(client.get(go("report", delivery.pk)))
    desk.post(go("delivery_step", delivery.pk, "verify"))
    assert Delivery.objects.get(pk=delivery.pk).state == "verified"


def test_a_supervisor_is_named_visits_and_writes(enter, desk, delivery, fatmir, luka, programme):
    other = factories.cascadegrant(programme=programme).person
    wrong = desk.post(go("delivery_step", delivery.pk, "supervisor"), {"email": "nobody@example.org"})
    assert "Nobody with this address" in text(wrong)
    own = desk.post(go("delivery_step", delivery.pk, "supervisor"), {"email": fatmir.email})
    assert "Nobody supervises what they give" in text(own)
    desk.post(go("delivery_step", delivery.pk, "supervisor"), {"email": other.email})
    client = enter(other)
    late = client.post(go("visit_plan", delivery.pk), {"on": delivery.ends_on + timedelta(days=1)})
    assert "on which the delivery takes place" in text(late)
    client.post(go("visit_plan", delivery.pk), {"on": delivery.starts_on})
    visit = delivery.observations.get()
    assert "Your supervisor comes" in text(enter(fatmir).get(go("visit", visit.pk)))
    client.post(go("visit", visit.pk), {"aim": 5, "listening": 4, "words": "Well led."})
    delivery.refresh_from_db()
    assert float(delivery.observed) == 4.5
    assert "Well led." in text(enter(fatmir).get(go("visit", visit.pk)))


def test_somebody_asks_and_stands_with_one_sentence_for_both(enter, desk, stranger, programme):
    client = enter(stranger)
    client.post(go("ask", programme.slug))
    way = Qualification.objects.get()
    said = "Finish the course"
    assert said in text(client.get(go("way", way.pk)))
    assert said in text(desk.get(go("way", way.pk)))
    assert said in text(desk.get(go("people", programme.slug)))
    assert said in text(client.get(go("home")))
    desk.post(go("practice", way.pk), {"on": date.today(), "where": "Library", "counts": "on", "aim": 4})
    assert way.practices.get().sheet == {"aim": 4}
    again = client.post(go("ask", programme.slug), follow=True)
    assert "on the way already" in text(again)
    client.post(go("way_step", way.pk, "leave"))
    client.post(go("ask", programme.slug))
    assert Qualification.objects.get().state == "open"


def test_nobody_can_probe_which_addresses_we_know(desk, programme, stranger):
    said = [desk.post(go("people", programme.slug), {"email": each}) for each in ("new@example.org", stranger.email)]
    assert {answer["Location"] for answer in said} == {go("people", programme.slug)}
    assert not Qualification.objects.exists()


def test_who_was_asked_by_letter_begins_with_the_link_once(visitor, programme):
    address = go("begin", links.make(BEGIN, programme=str(programme.pk), email="new@example.org"))
    assert "deliver it yourself" in text(visitor.get(address))
    answer = visitor.post(address)
    way = Qualification.objects.get(person__email="new@example.org")
    assert answer["Location"] == go("way", way.pk)
    assert visitor.post(address).status_code == 410


def test_a_grant_is_renewed_and_withdrawn_on_its_page(enter, desk, grant, fatmir, delivery):
    assert text(desk.post(go("grant_step", grant.pk, "withdraw"))).count("required") >= 1
    desk.post(go("grant_step", grant.pk, "renew"), {"until": date.today() + timedelta(days=900)})
    desk.post(go("grant_step", grant.pk, "aim"), {"target_deliveries": 5, "target_people": 50})
    desk.post(go("grant_step", grant.pk, "withdraw"), {"why": "Moved away"})
    grant.refresh_from_db()
    assert (grant.state, grant.target_people, grant.why) == ("withdrawn", 50, "Moved away")
    assert enter(fatmir).get(go("deliver", grant.programme.slug)).status_code == 404


def test_the_desk_says_whose_turn_it_is(enter, desk, fatmir, delivery, luka):
    Delivery.objects.filter(pk=delivery.pk).update(state="reported", due_on=date.today())
    factories.qualification(programme=delivery.programme, state="ready")
    page = text(desk.get(reverse("accounts:desk")))
    assert "A report to verify" in page
    assert "waits for a grant" in page
    Delivery.objects.filter(pk=delivery.pk).update(state="returned")
    assert "Your report came back" in text(enter(fatmir).get(reverse("accounts:desk")))
    factories.qualification(programme=delivery.programme, person=luka)
    assert "On the way to deliver" in text(enter(luka).get(reverse("accounts:desk")))


def test_the_organisation_shows_its_programmes(visitor, programme, hub):
    type(programme.network).objects.filter(pk=programme.network_id).update(is_public=True)
    assert go("programme", programme.slug) in text(visitor.get(reverse("network:organisation", args=[hub.slug])))


LISTS = {
    "home": lambda w: factories.delivery(grant=w["grant"]),
    "people": lambda w: factories.qualification(programme=w["programme"]),
    "deliveries": lambda w: factories.delivery(programme=w["programme"]),
    "proposals": lambda w: factories.toolkitproposal(toolkit=w["toolkit"], delivery=w["delivery"]),
    "participants": lambda w: factories.participant(delivery=w["delivery"]),
    "of_network": lambda w: factories.programme(
        network=w["programme"].network, organisation=w["programme"].organisation
    ),
    "grant": lambda w: factories.delivery(grant=w["grant"]),
    "delivery": lambda w: factories.observation(delivery=w["delivery"]),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_with_one_and_with_three(enter, mara, fatmir, grant, programme, delivery, toolkit, name):
    world = {"grant": grant, "programme": programme, "delivery": delivery, "toolkit": toolkit}
    where = {"people": programme.slug, "deliveries": programme.slug, "proposals": programme.slug}
    where |= {
        "participants": delivery.pk,
        "of_network": programme.network.slug,
        "grant": grant.pk,
        "delivery": delivery.pk,
    }
    client = enter(fatmir if name in ("home", "participants", "delivery") else mara)
    address = go(name, *([where[name]] if name in where else []))
    LISTS[name](world)
    one = cost(client, address)
    LISTS[name](world)
    LISTS[name](world)
    assert cost(client, address) == one


def test_a_toolkit_costs_the_same_with_one_and_with_three(desk, programme):
    draft = factories.toolkit(programme=programme)
    factories.handout(activity=factories.activity(toolkit=draft))
    one = cost(desk, go("toolkit_draft", programme.slug))
    for _each in range(2):
        factories.handout(activity=factories.activity(toolkit=draft))
    assert cost(desk, go("toolkit_draft", programme.slug)) == one
