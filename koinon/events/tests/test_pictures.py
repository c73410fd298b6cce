"""The picture of an event: with words, on its page and in lists; what other sites show is drawn by a job."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from koinon.events.actions import events, pictures, series
from koinon.events.clock.events import draw_again
from koinon.events.models import Event
from koinon.events.tests.test_photos import camera
from koinon.kit import files
from koinon.kit.models import Upload
from koinon.kit.verbs import Refused
from tests import factories

pytestmark = pytest.mark.django_db
WORDS = "People around a table"


@pytest.fixture
def chosen(acting, anna, gathering):
    return pictures.choose(
        by=acting(anna), event=gathering, file=camera(), alt=WORDS, credit="Ana", licence="CC-BY-4.0"
    )


def drawn(event):
    pictures.draw(event=str(event.pk))
    return Event.objects.select_related("picture", "small", "social").get(pk=event.pk)


def queued():
    from procrastinate.contrib.django.models import ProcrastinateJob

    return ProcrastinateJob.objects.filter(task_name="events.draw").count()


def size_of(client, name, event):
    answer = client.get(reverse(f"events:{name}", args=[event.slug]))
    return Image.open(io.BytesIO(b"".join(answer.streaming_content))).size


def test_it_is_on_the_page_in_the_list_and_where_others_share_it(chosen, visitor, settings):
    row = drawn(chosen)
    assert size_of(visitor, "picture", row) == (1200, 630)
    assert size_of(visitor, "picture_small", row) == (320, 180)
    assert size_of(visitor, "picture_file", row) == (60, 40)
    page = visitor.get(reverse("events:event", args=[row.slug])).content.decode()
    assert f'alt="{WORDS}"' in page
    assert "Ana · CC BY: name the author" in page
    assert f"{row.slug}/picture.png?v={row.social_of[:8]}" in page
    assert reverse("events:picture_small", args=[row.slug]) in visitor.get(reverse("events:events")).content.decode()


def test_nothing_is_drawn_while_somebody_waits(visitor, gathering):
    assert visitor.get(reverse("events:picture", args=[gathering.slug])).status_code == 404
    page = visitor.get(reverse("events:event", args=[gathering.slug])).content.decode()
    assert "picture.png" not in page


def test_another_title_another_picture_and_the_same_one_is_drawn_once(acting, anna, gathering):
    before = drawn(gathering)
    assert drawn(gathering).social_id == before.social_id
    events.edit(by=acting(anna), event=gathering, names={"en": "Another title"})
    assert queued() == 1
    after = drawn(gathering)
    assert after.social_id != before.social_id
    assert not Upload.objects.filter(pk=before.social_id).exists()


def test_what_was_drawn_of_an_older_title_does_not_win(gathering, monkeypatch):
    def meanwhile(*_words):
        Event.objects.filter(pk=gathering.pk).update(social_of="newer")
        return b"png"

    monkeypatch.setattr("koinon.events.engine.pictures.png", meanwhile)
    assert drawn(gathering).social is None
    assert not Upload.objects.exists()
    assert queued() == 1, "it is drawn once more"


def test_a_draft_is_not_drawn_and_a_holder_with_another_name_is_by_night(acting, anna, gathering, house):
    draft = factories.event(state="draft")
    draw_again(0)
    assert queued() == 1
    drawn(gathering)
    pictures.changed(draft)
    assert queued() == 1
    house.names = {"en": "House of another name"}
    house.save()
    assert pictures.is_stale(Event.objects.get(pk=gathering.pk))


def test_words_are_needed_and_a_picture_is_a_picture(acting, anna, gathering):
    by = acting(anna)
    for facts, field in (
        ({"alt": "", "file": camera()}, "alt"), ({"alt": WORDS}, "file"),
        ({"alt": WORDS, "file": camera(), "licence": "mine"}, "licence"),
    ):  # fmt: skip
        with pytest.raises(ValidationError) as problem:
            pictures.choose(by=by, event=gathering, **facts)
        assert field in problem.value.message_dict
    with pytest.raises(IntegrityError, match="event_picture_has_words"), transaction.atomic():
        Event.objects.filter(pk=gathering.pk).update(picture=factories.photo().upload)


def test_other_words_keep_the_file_and_another_file_replaces_it(acting, anna, chosen):
    by, before = acting(anna), chosen.picture
    row = pictures.choose(by=by, event=chosen, alt="Four people")
    assert (row.picture, row.picture_alt, row.picture_licence) == (before, "Four people", "")
    row = pictures.choose(by=by, event=chosen, alt="Four people", file=camera("other.jpg"))
    assert not Upload.objects.filter(pk=before.pk).exists()
    pictures.remove(by=by, event=row)
    row.refresh_from_db()
    assert (row.picture, row.picture_alt) == (None, "")
    assert drawn(row).small is None


def test_a_copy_keeps_the_file_when_the_first_one_lets_it_go(acting, anna, mara, chosen, house):
    from datetime import date, timedelta

    copy = series.copy(by=acting(mara), event=chosen, organisation=house, starts_on=date.today() + timedelta(days=90))
    pictures.remove(by=acting(anna), event=chosen)
    copy.refresh_from_db()
    assert copy.picture_alt == WORDS
    assert files.path_of(copy.picture).exists()


def test_only_organisers_choose(acting, petrit, luka, registration, chosen):
    for person in (petrit, luka):
        with pytest.raises(Refused):
            pictures.choose(by=acting(person), event=chosen, alt="Mine", file=camera())
        with pytest.raises(Refused):
            pictures.remove(by=acting(person), event=chosen)


def test_the_files_are_seen_by_who_sees_the_event(chosen, visitor):
    row = drawn(chosen)
    Event.objects.filter(pk=row.pk).update(audience="link", link_key="secret-of-the-link")
    for name in ("picture", "picture_file", "picture_small"):
        address = reverse(f"events:{name}", args=[row.slug])
        assert visitor.get(address).status_code == 404
        assert visitor.get(f"{address}?link=secret-of-the-link").status_code == 200


def test_the_page_keeps_what_was_typed_and_removes(enter, anna, gathering):
    client, address = enter(anna), reverse("events:cover", args=[gathering.slug])
    page = client.post(address, {"alt": "", "credit": "Ana of the house", "file": camera()})
    assert page.status_code == 200
    assert "Ana of the house" in page.content.decode()
    assert client.post(address, {"alt": WORDS, "file": camera()}).status_code == 302
    assert WORDS in client.get(address).content.decode()
    assert client.post(reverse("events:cover_remove", args=[gathering.slug])).status_code == 302
    assert WORDS not in client.get(address).content.decode()
