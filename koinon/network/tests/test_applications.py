"""Applications: the same state on both sides, whose turn it is, decided once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koinon.accounts.models import Notice
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused
from koinon.network import queries
from koinon.network.actions import applications, decisions
from koinon.network.models import APPLICATION_STEPS, Application, Membership, Organisation
from koinon.network.queries.applications import way_of, whose_turn
from tests import factories

pytestmark = pytest.mark.django_db
SAID = {
    "name": "Biblioteka e Utenës",
    "kind": "library",
    "country": "LT",
    "motivation": "Duam të mësojmë.",
    "contribution": "Libra.",
    "website": "www.utena.lt",
    "about": "Një bibliotekë.",
    "language": "sq",
}


@pytest.fixture
def public(db):
    return factories.network(slug="open-cities", is_public=True)


@pytest.fixture
def chief(public):
    return factories.coordinator(public, name="Chief")


@pytest.fixture
def reviewer(public):
    person = factories.person(name="Reviewer")
    factories.coordination(network=public, person=person, role="reviewer")
    return person


@pytest.fixture
def application(public, chief, stranger, enter):
    """What a stranger hands in for an organisation that is new here."""
    answer = enter(stranger).post(reverse("network:apply", args=[public.slug]), SAID)
    assert answer.status_code == 302
    return Application.objects.get()


def page_of(application):
    return reverse("network:application", args=[application.network.slug, application.pk])


def step(application, name):
    return reverse("network:application_move", args=[application.network.slug, application.pk, name])


def test_applying_registers_the_organisation_and_tells_the_staff(application, public, chief, reviewer, stranger):
    row = application.organisation
    assert (str(row), row.slug, row.domain, row.language) == (SAID["name"], "biblioteka-e-utenes", "utena.lt", "sq")
    assert (application.state, application.applicant) == ("submitted", stranger)
    assert application.due_on == date.today() + timedelta(days=30)
    assert SAID["name"] in Notice.objects.get(person=chief).title
    assert not Notice.objects.filter(person=stranger).exists()
    assert Statement.objects.get(verb="network.first_application").network == public.pk


def test_both_sides_see_the_same_state_and_whose_turn_it_is(application, public, chief, stranger, enter):
    theirs = enter(stranger).get(page_of(application)).content.decode()
    ours = enter(chief).get(page_of(application)).content.decode()
    for page in (theirs, ours):
        assert "Submitted" in page
        assert str(public) in page
        assert "due" in page
    assert "Your turn" in ours
    assert "Your turn" not in theirs
    assert 'id="decide"' in ours
    assert 'id="decide"' not in theirs


def test_wrong_fields_are_marked_and_nothing_typed_is_lost(public, stranger, enter):
    said = {**SAID, "name": "", "website": "javascript:alert(1)", "country": ""}
    page = enter(stranger).post(reverse("network:apply", args=[public.slug]), said).content.decode()
    assert "Duam të mësojmë." in page
    assert "write the town" in page
    said = {**SAID, "website": "javascript:alert(1)"}
    page = enter(stranger).post(reverse("network:apply", args=[public.slug]), said).content.decode()
    assert "Please give a web address" in page
    assert "Një bibliotekë." in page
    assert not Organisation.objects.exists()


def test_the_language_is_recognised(public, stranger, enter):
    text = "Θέλουμε να μάθουμε από άλλες πόλεις και να δείξουμε τι κάνουμε για τις οικογένειες."
    enter(stranger).post(reverse("network:apply", args=[public.slug]), {**SAID, "motivation": text, "language": ""})
    assert Application.objects.get().language == "el"


def test_the_way_shows_where_it_stands(application, chief, acting):
    assert way_of(application)["current"] == 0
    applications.start_review(by=acting(chief), application=application)
    assert way_of(application)["current"] == 3
    applications.hand_back(by=acting(chief), application=application, reason="More.")
    assert way_of(application)["current"] == 1
    assert [str(label) for label in way_of(application)["labels"]] == [
        "Sent",
        "Returned for changes",
        "Endorsement",
        "Under review",
        "Decided",
        "Active",
    ]


def test_a_kind_that_the_network_does_not_take_is_not_offered(public, stranger, enter):
    public.kinds = ["school"]
    public.save()
    page = enter(stranger).post(reverse("network:apply", args=[public.slug]), SAID)
    assert page.status_code == 200
    assert "k-errors" in page.content.decode()


def test_a_draft_is_seen_by_nobody_else_until_it_is_sent(public, chief, stranger, enter):
    said = {**SAID, "motivation": "", "draft": "1"}
    enter(stranger).post(reverse("network:apply", args=[public.slug]), said)
    row = Application.objects.get()
    assert row.state == "draft"
    assert enter(chief).get(page_of(row)).status_code == 404
    assert not Notice.objects.exists()
    change = reverse("network:application_change", args=[public.slug, row.pk])
    assert enter(stranger).post(change, {"motivation": "", "contribution": ""}).status_code == 200
    assert enter(stranger).post(change, {"motivation": "Now.", "contribution": ""}).status_code == 302
    assert enter(chief).get(page_of(row)).status_code == 200


def test_admission_makes_a_member_and_a_representative_and_tells_everybody(
    application, public, chief, reviewer, stranger, enter, acting
):
    assert enter(chief).post(step(application, "admit"), {"kind": "member"}).status_code == 302
    application.refresh_from_db()
    assert application.state == "active"
    membership = Membership.objects.active().get(network=public, organisation=application.organisation)
    assert membership.period.lower == date.today()
    me = acting(stranger)
    assert me.holds("representative", application.organisation_id)
    assert me.holds("member", public.pk)
    mandate = application.organisation.mandates.get()
    assert str(public) in mandate.decision
    assert Notice.objects.filter(person=stranger, kind="network.membership").exists()
    assert not Notice.objects.filter(person=reviewer).exists()
    assert Statement.objects.filter(verb__in=["network.admitted", "network.membership_begun"]).count() == 2


def test_admission_leaves_a_representative_in_office(public, chief, acting):
    row = factories.organisation()
    known = factories.representative(row)
    facts = {"network": public, "organisation": row, "applicant": known, "motivation": "Please."}
    application = applications.submit(by=acting(known), **facts)
    decisions.admit(by=acting(chief), application=application)
    assert row.mandates.count() == 1


def test_declining_says_why_and_when_they_may_come_again(application, public, chief, stranger, enter, acting):
    page = enter(chief).post(step(application, "decline"), {"reason": ""}).content.decode()
    assert "k-errors" in page
    again = date.today() + timedelta(days=100)
    assert (
        enter(chief).post(step(application, "decline"), {"reason": "Too early.", "again_on": again}).status_code == 302
    )
    theirs = enter(stranger).get(page_of(application)).content.decode()
    assert "Too early." in theirs
    assert "You may apply again on" in theirs
    assert "Too early." in Notice.objects.get(person=stranger).text
    facts = {"network": public, "organisation": application.organisation, "applicant": stranger, "motivation": "Again"}
    with pytest.raises(ValidationError, match="apply again on"):
        applications.submit(by=acting(stranger), **facts)
    Application.objects.update(again_on=date.today())
    assert applications.submit(by=acting(stranger), **facts).state == "submitted"


def test_a_day_in_the_past_is_refused(application, chief, acting):
    with pytest.raises(ValidationError) as problem:
        decisions.decline(by=acting(chief), application=application, reason="x", again_on=date.today())
    assert "again_on" in problem.value.error_dict


def test_the_database_keeps_no_decline_without_a_reason(application):
    with pytest.raises(IntegrityError, match="application_declined_says_why"), transaction.atomic():
        Application.objects.update(state="declined", turn="", due_on=None, remind_on=None)


def test_returned_changed_and_sent_again(application, chief, stranger, enter):
    enter(chief).post(step(application, "return"), {"reason": "Who will come?"})
    application.refresh_from_db()
    assert application.state == "returned"
    assert whose_turn(application)["whose"] == application.organisation
    client = enter(stranger)
    assert "Who will come?" in client.get(page_of(application)).content.decode()
    assert "Your turn" in client.get(page_of(application)).content.decode()
    change = reverse("network:application_change", args=[application.network.slug, application.pk])
    client.post(change, {"motivation": "Ana will come.", "contribution": "Libra."})
    application.refresh_from_db()
    assert (application.state, application.reason, application.motivation) == ("check", "", "Ana will come.")
    assert client.get(change).status_code == 404


def test_the_applicant_takes_it_back(application, chief, stranger, enter):
    assert enter(chief).post(step(application, "withdraw")).status_code == 404
    enter(stranger).post(step(application, "withdraw"))
    application.refresh_from_db()
    assert application.state == "withdrawn"
    assert Statement.objects.filter(verb="network.application_withdrawn").exists()


@pytest.mark.parametrize("who", ["milos", "stranger", "rival", "vesa"])
def test_others_decide_nothing(who, application, request, acting):
    me = acting(request.getfixturevalue(who))
    for verb, facts in [
        (applications.start_review, {}),
        (decisions.admit, {}),
        (decisions.decline, {"reason": "x"}),
        (applications.hand_back, {"reason": "x"}),
    ]:
        with pytest.raises(Refused):
            verb(by=me, application=application, **facts)
    assert Application.objects.get().state == "submitted"


def test_nobody_applies_for_an_organisation_of_others(public, organisation, stranger, rival, acting):
    for person in (stranger, rival):
        with pytest.raises(Refused):
            applications.submit(
                by=acting(person), network=public, organisation=organisation, applicant=person, motivation="Ha."
            )


def test_a_representative_applies_for_the_organisation_and_the_chronicle_names_both(
    public, chief, organisation, milos, enter
):
    page = enter(milos).get(reverse("network:apply", args=[public.slug])).content.decode()
    assert str(organisation) in page
    enter(milos).post(reverse("network:apply", args=[public.slug]), {"motivation": "Us too.", "language": "en"})
    row = Application.objects.get()
    assert row.organisation == organisation
    said = Statement.objects.get(verb="network.applied")
    assert (said.actor, said.organisation, said.network) == (milos.alias, organisation.pk, public.pk)
    with pytest.raises(IntegrityError, match="application_one_open"), transaction.atomic():
        factories.application(network=public, organisation=organisation)


def test_a_member_applies_no_second_time(network, organisation, milos, acting):
    with pytest.raises(ValidationError, match="member of this network already"):
        applications.submit(
            by=acting(milos), network=network, organisation=organisation, applicant=milos, motivation="Again."
        )


def test_huge_texts_are_refused_beside_the_field(public, organisation, milos, acting):
    with pytest.raises(ValidationError) as problem:
        applications.submit(
            by=acting(milos), network=public, organisation=organisation, applicant=milos, motivation="x" * 5001
        )
    assert "motivation" in problem.value.error_dict


def test_a_script_in_an_application_is_shown_not_run(public, chief, stranger, enter):
    evil = "<script>alert(1)</script>"
    said = {**SAID, "motivation": evil, "about": evil, "name": evil}
    enter(stranger).post(reverse("network:apply", args=[public.slug]), said)
    for page in (page_of(Application.objects.get()), reverse("network:applications", args=[public.slug])):
        assert evil not in enter(chief).get(page).content.decode()


def test_the_list_asks_the_same_for_one_and_for_three_and_those_that_wait_come_first(
    public, chief, enter, django_assert_num_queries
):
    client = enter(chief)
    address = reverse("network:applications", args=[public.slug])
    factories.application(network=public, organisation=factories.organisation(), state="active")
    asked = _count(client, address)
    for _ in range(2):
        factories.application(network=public, organisation=factories.organisation())
    assert _count(client, address) == asked
    page = client.get(address).content.decode()
    assert page.index("Submitted") < page.rindex("Active member")
    assert client.get(address, {"state": "nonsense", "after": "x"}).status_code == 200


def _count(client, address):
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as made:
        client.get(address)
    return len(made)


CLICKS = ["check", "review", "return", "change", "admit", "waitlist", "decline", "withdraw"]
MOVES = st.lists(st.sampled_from(CLICKS), max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_whatever_people_click_the_way_is_kept(moves, public, chief, reviewer, acting):
    """Any order of clicks: only allowed moves happen, one membership at most, and it is there exactly when admitted."""
    row = factories.organisation()
    person = factories.representative(row)
    facts = {"network": public, "organisation": row, "applicant": person, "motivation": "Please."}
    application = applications.submit(by=acting(person), **facts)
    boss = acting(chief)
    acts = {
        "check": lambda: applications.begin_check(by=boss, application=application),
        "review": lambda: applications.start_review(by=boss, application=application),
        "waitlist": lambda: decisions.waitlist(by=boss, application=application),
        "return": lambda: applications.hand_back(by=boss, application=application, reason="More."),
        "change": lambda: applications.change(by=acting(person), application=application, motivation="More."),
        "admit": lambda: decisions.admit(by=boss, application=application),
        "decline": lambda: decisions.decline(by=boss, application=application, reason="No."),
        "withdraw": lambda: applications.withdraw(by=acting(person), application=application),
    }
    for move in moves:
        old = Application.objects.get(pk=application.pk).state
        try:
            with transaction.atomic():
                acts[move]()
        except ValidationError:
            application.refresh_from_db()
        new = Application.objects.get(pk=application.pk).state
        assert new == old or new in APPLICATION_STEPS[old] or (move == "admit" and new == "active")
    members = Membership.objects.filter(organisation=row).count()
    assert members == (1 if Application.objects.get(pk=application.pk).state == "active" else 0)
    assert queries.speakers_of(row) == [person]


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_decide_at_the_same_instant_and_one_wins(application, chief, acting):
    other = factories.coordinator(application.network)
    start = Barrier(2)

    def decide(way):
        mine = Application.objects.select_related("network", "organisation", "applicant").get(pk=application.pk)
        by = acting(chief if way == "admit" else other)
        start.wait(timeout=10)
        try:
            if way == "admit":
                decisions.admit(by=by, application=mine)
            else:
                decisions.decline(by=by, application=mine, reason="No.")
        except ValidationError as problem:
            return problem.messages[0]
        finally:
            connection.close()
        return way

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(decide, ["admit", "decline"]))
    told = [answer for answer in answers if answer not in ("admit", "decline")]
    assert told == ["Somebody else was quicker: please look again."]
    state = Application.objects.get().state
    assert state == ("active" if answers[0] == "admit" else "declined")
    assert Membership.objects.count() == (1 if state == "active" else 0)
