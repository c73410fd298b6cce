"""Drift: found by the clock, told once, answered by those who run the programme, forgotten when it is over."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from koinon.accounts import seams as people
from koinon.accounts.models import Notice
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused, machine
from koinon.network import seams
from koinon.programmes.actions import lineage as actions
from koinon.programmes.actions.lineage_sheet import renew
from koinon.programmes.clock import lineage as clock
from koinon.programmes.models import Delivery, DriftWarning, Programme
from koinon.programmes.queries.lineage_pages import drift_sentence, summary
from tests import factories

pytestmark = pytest.mark.django_db


def gave(grant, quality, people=10, **facts):
    row = factories.delivery(grant=grant, **facts)
    Delivery.objects.filter(pk=row.pk).update(number_reached=people, number_finished=people, quality=quality)
    row.refresh_from_db()
    return row


@pytest.fixture
def drifting(programme):
    """Six facilitators in each of two generations; marks fall from about 4.6 to about 3.5."""
    for n in range(6):
        above = gave(factories.cascadegrant(programme=programme), 4.5 + n / 30)
        gave(factories.cascadegrant(parent=above), 3.4 + n / 30)
    return programme


def test_the_clock_finds_it_tells_it_once_and_says_it_in_numbers(drifting, mara):
    [found] = clock.look_at(drifting)
    assert found.measure == "quality"
    assert drift_sentence(found) == (
        "Marks by participants fall: from 4.6 in generation 1 to 3.5 in generation 2."
        " Chance alone does this in fewer than one of a hundred programmes (12 facilitators)."
    )
    assert clock.look_at(drifting) == []
    notice = Notice.objects.get(person=mara)
    assert "fall" in notice.text
    assert notice.address == reverse("programmes:lineage", args=[drifting.slug])
    assert Statement.objects.filter(verb="programmes.drift_found", network=drifting.network_id).count() == 1


def test_all_running_programmes_are_looked_at_and_no_others(drifting):
    Programme.objects.filter(pk=drifting.pk).update(state="closed")
    clock.look_for_drift(0)
    assert not DriftWarning.objects.exists()
    Programme.objects.filter(pk=drifting.pk).update(state="running")
    clock.look_for_drift(0)
    assert DriftWarning.objects.filter(state="open").count() == 1


def test_it_is_answered_on_the_page_and_leaves_the_desk(drifting, mara, enter, acting):
    [found] = clock.look_at(drifting)
    client, me = enter(mara), acting(mara)

    def waiting():
        return [each.title for lent in people.desk_items.gather(me) for each in lent if "gets worse" in each.title]

    assert len(waiting()) == 1
    Programme.objects.filter(pk=drifting.pk).update(state="closed")
    assert waiting() == [], "what is closed waits for nobody"
    Programme.objects.filter(pk=drifting.pk).update(state="running")
    page = client.get(reverse("programmes:lineage", args=[drifting.slug])).content.decode()
    assert "Marks by participants fall" in page
    assert "What do you do about it?" in page
    empty = client.post(reverse("programmes:drift", args=[found.pk]), {"answer": "  "})
    assert empty.status_code == 200
    assert "This field is required" in empty.content.decode()
    done = client.post(reverse("programmes:drift", args=[found.pk]), {"answer": "A day of refreshing in May."})
    assert done.status_code == 302
    found.refresh_from_db()
    assert (found.state, found.answered_by_id) == ("answered", mara.pk)
    assert waiting() == []
    assert "A day of refreshing in May." in client.get(done["Location"]).content.decode()
    assert clock.look_at(drifting) == [], "what was answered is not told again at once"
    DriftWarning.objects.update(moved_at=timezone.now() - timedelta(days=181))
    assert len(clock.look_at(drifting)) == 1


def test_facilitators_see_no_warning_of_the_programme(drifting, enter):
    clock.look_at(drifting)
    own = drifting.grants.filter(generation=1).first().person
    page = enter(own).get(reverse("programmes:lineage", args=[drifting.slug])).content.decode()
    assert "Marks by participants fall" not in page


def test_it_goes_when_it_is_no_longer_so_and_is_told_again_when_due(drifting, mara):
    [found] = clock.look_at(drifting)
    DriftWarning.objects.update(due_on=timezone.localdate())
    assert clock.look_at(drifting) == []
    assert clock.look_at(drifting) == []
    assert Notice.objects.filter(person=mara).count() == 2, "once when found, once when due"
    Delivery.objects.filter(generation=2).update(quality=4.7)
    clock.look_at(drifting)
    found.refresh_from_db()
    assert found.state == "gone"


def test_only_those_who_run_it_answer_and_only_the_clock_warns(drifting, mara, fatmir, rival, stranger, acting):
    [found] = clock.look_at(drifting)
    for other in (fatmir, rival, stranger):
        with pytest.raises(Refused):
            actions.answer(by=acting(other), warning=found, answer="Nothing.")
    with pytest.raises(Refused):
        actions.forget_drift(by=acting(mara), warning=found)
    with pytest.raises(Refused):
        actions.remind_of_drift(by=acting(mara), warning=found)
    with pytest.raises(ValidationError):
        actions.answer(by=acting(mara), warning=found, answer=" ")


def test_two_answers_at_once_and_an_answer_too_late(drifting, mara, acting):
    [found] = clock.look_at(drifting)
    one, other = (DriftWarning.objects.get(pk=found.pk) for _each in range(2))
    actions.answer(by=acting(mara), warning=one, answer="More visits.")
    with pytest.raises(ValidationError, match="quicker"):
        actions.answer(by=acting(mara), warning=other, answer="Nothing.")
    with pytest.raises(ValidationError):
        actions.forget_drift(by=machine("clock"), warning=one)
    with pytest.raises(ValidationError):
        actions.remind_of_drift(by=machine("clock"), warning=one)
    one.refresh_from_db()
    assert one.answer == "More visits."


def test_the_database_keeps_one_open_warning_and_an_answer_has_words(programme):
    first = factories.driftwarning(programme=programme)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.driftwarning(programme=programme)
    with pytest.raises(IntegrityError), transaction.atomic():
        DriftWarning.objects.filter(pk=first.pk).update(state="answered")
    factories.driftwarning(programme=programme, measure="quiz")


def test_old_toolkits_and_changed_activities_are_measured_by_the_newest_of_the_day(programme, toolkit):
    """Deliveries of the first generation use the newest version of their day; those of the second one that is older."""
    today = timezone.localdate()
    new = factories.toolkit(programme=programme)
    kept = factories.activity(toolkit=new)
    type(new).objects.filter(pk=new.pk).update(state="published", published_at=timezone.now() - timedelta(days=3))
    for _n in range(6):
        before = {"starts_on": today - timedelta(days=9), "ends_on": today - timedelta(days=9)}
        above = gave(factories.cascadegrant(programme=programme), 4, toolkit=toolkit, **before)
        below = gave(factories.cascadegrant(parent=above), 4, toolkit=toolkit)
        Delivery.objects.filter(pk=below.pk).update(state="verified")
        factories.toolkitproposal(toolkit=new, delivery=below, activity=kept.key)
    told = {each.measure: each for each in clock.look_at(programme)}
    assert set(told) == {"behind"}, "no report of the first generation: nothing to compare changes with"
    assert (told["behind"].facts["start"], told["behind"].facts["end"]) == (0, 1)
    Delivery.objects.filter(generation=1).update(state="verified")
    assert {each.measure for each in clock.look_at(programme)} == {"changed"}


def test_figures_of_a_network_and_of_the_public_page_tell_no_few(network, programme, grant, client):
    def shown():
        return [
            figure.number
            for lent in seams.network_figures.gather(network)
            for figure in lent
            if "reached" in str(figure.label)
        ]

    assert shown() == []
    assert summary(programme) is None
    gave(grant, 4, people=4)
    renew(programme)
    assert shown() == []
    assert summary(programme).share == ""
    gave(grant, 4, people=20)
    renew(programme)
    assert shown() == [22], "a few count as two: twenty beside it give away nothing"
    assert summary(programme).share == "100 %"
    assert summary(programme).factor == ""
    Programme.objects.filter(pk=programme.pk).update(is_public=False)
    assert shown() == []


def test_what_somebody_answered_is_part_of_their_data(programme, mara, acting):
    row = factories.driftwarning(programme=programme)
    actions.answer(by=acting(mara), warning=row, answer="More visits.")
    data = {name: rows for part in people.data_of.gather(mara) for name, rows in part.items()}
    assert [each["answer"] for each in data["answers_about_programmes"]] == ["More visits."]
