"""What was shown: on the page of the event with links and how many came; kept by organisers only."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from koinon.events.actions import shown as actions
from koinon.events.models import Shown
from koinon.events.queries import afterwards as queries
from koinon.kit.verbs import Refused
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def evening(gathering):
    now = timezone.now()
    gathering.kind, gathering.state = "dissemination", "over"
    gathering.starts_at, gathering.ends_at = now - timedelta(days=2), now - timedelta(days=1)
    gathering.report_due_on = now.date() + timedelta(days=29)
    gathering.save()
    return gathering


def test_results_stand_on_the_page_with_their_links_and_how_many_came(acting, client, anna, evening):
    actions.add(by=acting(anna), event=evening, title="Handbook", text="<b>How</b>", link="https://example.org/h")
    actions.add(by=acting(anna), event=evening, title="Film")
    for state in ("attended", "attended", "missed", "withdrawn"):
        factories.registration(event=evening, state=state)
    page = client.get(reverse("events:event", args=[evening.slug])).content.decode()
    assert 'href="https://example.org/h"' in page
    assert "&lt;b&gt;How" in page
    assert page.index("Handbook") < page.index("Film")
    assert queries.came(evening) == 2


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://", "ftp://example.org/x", "//example.org"])
def test_only_addresses_of_the_web_are_links(acting, anna, evening, link):
    with pytest.raises(ValidationError) as problem:
        actions.add(by=acting(anna), event=evening, title="Handbook", link=link)
    assert "link" in problem.value.error_dict
    assert not Shown.objects.exists()


def test_nobody_else_adds_changes_or_removes(acting, anna, luka, rival, petrit, evening):
    row = actions.add(by=acting(anna), event=evening, title="Handbook")
    for who in (luka, rival, petrit):
        with pytest.raises(Refused):
            actions.add(by=acting(who), event=evening, title="Ours")
        with pytest.raises(Refused):
            actions.change(by=acting(who), shown=row, title="Ours")
        with pytest.raises(Refused):
            actions.remove(by=acting(who), shown=row)
    assert actions.change(by=acting(anna), shown=row, title=" New  title ").title == "New title"
    actions.remove(by=acting(anna), shown=row)
    assert not Shown.objects.exists()


def test_the_pages_say_change_and_remove(enter, anna, evening):
    client, address = enter(anna), reverse("events:shown", args=[evening.slug])
    assert "Nothing stands here yet" in client.get(address).content.decode()
    answer = client.post(address, {"title": "Handbook", "link": "javascript:x", "text": "Kept words"})
    assert "Kept words" in answer.content.decode()
    assert client.post(address, {"title": "Handbook"}).status_code == 302
    row = Shown.objects.get()
    assert client.post(reverse("events:shown_one", args=[row.pk]), {"title": "Second edition"}).status_code == 302
    assert "Second edition" in client.get(address).content.decode()
    assert client.post(reverse("events:shown_remove", args=[row.pk])).status_code == 302
    assert not Shown.objects.exists()


def test_an_event_of_another_kind_that_is_still_to_come_asks_for_nothing(gathering, django_assert_num_queries):
    gathering.kind = "workshop"
    with django_assert_num_queries(0):
        assert queries.panels(gathering, None) == []
