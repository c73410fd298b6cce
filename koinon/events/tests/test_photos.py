"""Photos: what the camera noted is gone, minors only with consent, a consent taken back hides at once."""

import io
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from koinon.events.actions import photos as actions
from koinon.events.models import Photo
from koinon.events.queries import photos as queries
from koinon.events.rules.registering import GUEST
from koinon.kit import files, links
from koinon.kit.verbs import Refused
from tests import factories
from tests.people import told

pytestmark = pytest.mark.django_db
WORDS = "People around a table"


def camera(name="DSC_0042.JPG"):
    """A picture with a place and a time in it."""
    data, exif = io.BytesIO(), Image.Exif()
    exif[0x010F], exif[0x9003] = "Camera of the tests", "2026:11:22 10:00:00"
    Image.new("RGB", (60, 40), "teal").save(data, "JPEG", exif=exif)
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")


@pytest.fixture
def photo(acting, anna, registration):
    return actions.add(by=acting(anna), event=registration.event, file=camera(), alt=WORDS, people=[registration])


def child(event, **consent):
    row = factories.registration(event=event, person=None, email="parent@example.org", is_minor=True)
    if consent:
        factories.guardianconsent(
            registration=row, state="given", given_at="2026-01-01T00:00Z", may_attend=True, **consent
        )
    return row


def test_what_the_camera_noted_is_gone_and_nobody_sees_it_yet(client, photo):
    with Image.open(files.path_of(photo.upload)) as kept:
        assert (kept.format, dict(kept.getexif())) == ("WEBP", {})
    assert client.get(reverse("events:photo_picture", args=[photo.pk])).status_code == 404
    assert queries.shown(photo.event) == []


def test_who_is_seen_is_named_or_nobody_is(acting, anna, gathering, registration):
    me = acting(anna)
    elsewhere = factories.registration()
    for facts in (
        {"people": [], "nobody_is_seen": False},
        {"people": [registration], "nobody_is_seen": True},
        {"people": [elsewhere]},
    ):
        with pytest.raises(ValidationError) as problem:
            actions.add(by=me, event=gathering, file=camera(), alt=WORDS, **facts)
        assert "people" in problem.value.error_dict
    with pytest.raises(ValidationError) as problem:
        actions.add(by=me, event=gathering, file=camera(), alt=" ", nobody_is_seen=True)
    assert "alt" in problem.value.error_dict
    bad = SimpleUploadedFile("x.jpg", b"MZ not a picture", "image/jpeg")
    with pytest.raises(ValidationError) as problem:
        actions.add(by=me, event=gathering, file=bad, alt=WORDS, nobody_is_seen=True)
    assert "file" in problem.value.error_dict


def test_it_is_shown_when_everybody_agreed(acting, client, anna, luka, photo):
    with pytest.raises(ValidationError):
        actions.show(by=acting(anna), photo=photo, agreed=False)
    with pytest.raises(Refused):
        actions.show(by=acting(luka), photo=photo, agreed=True)
    actions.show(by=acting(anna), photo=photo, agreed=True)
    answer = client.get(reverse("events:photo_picture", args=[photo.pk]))
    assert answer.status_code == 200
    assert "no-cache" in answer["Cache-Control"]


def test_minors_only_with_the_consent_of_a_guardian_that_lasts(acting, anna, gathering):
    me = acting(anna)
    for facts in ({}, {"may_be_published": False}, {"may_be_published": True, "until": date(2026, 1, 1)}):
        photo = actions.add(by=me, event=gathering, file=camera(), alt=WORDS, people=[child(gathering, **facts)])
        with pytest.raises(ValidationError, match="guardian"):
            actions.show(by=me, photo=photo, agreed=True)
    row = child(gathering, may_be_published=True, until=date.today() + timedelta(days=30))
    photo = actions.add(by=me, event=gathering, file=camera(), alt=WORDS, people=[row])
    actions.show(by=me, photo=photo, agreed=True)
    assert [each.pk for each in queries.shown(gathering)] == [photo.pk]


def test_a_consent_that_ends_hides_it_at_once_and_everywhere(acting, client, anna, gathering):
    row = child(gathering, may_be_published=True)
    photo = actions.add(by=acting(anna), event=gathering, file=camera(), alt=WORDS, people=[row])
    actions.show(by=acting(anna), photo=photo, agreed=True)
    address = reverse("events:photo_picture", args=[photo.pk])
    assert client.get(address).status_code == 200
    row.consent.state, row.consent.withdrawn_at = "withdrawn", row.consent.given_at
    row.consent.save()
    assert client.get(address).status_code == 404
    assert queries.shown(gathering) == []


def test_somebody_it_shows_hides_it_for_good(acting, anna, luka, stranger, registration, photo):
    actions.show(by=acting(anna), photo=photo, agreed=True)
    with pytest.raises(Refused):
        actions.refuse(by=acting(stranger), photo=photo, registration=registration)
    other = factories.registration(event=photo.event, person=stranger)
    with pytest.raises(Refused):
        actions.refuse(by=acting(stranger), photo=photo, registration=other)
    actions.refuse(by=acting(luka), photo=photo, registration=registration)
    assert "A photo is hidden" in told(anna)[-1]
    assert "Luka" not in told(anna)[-1]
    with pytest.raises(ValidationError):
        actions.show(by=acting(anna), photo=Photo.objects.get(), agreed=True)


def test_naming_a_child_later_hides_what_is_shown(acting, anna, gathering, registration, photo):
    me = acting(anna)
    actions.show(by=me, photo=photo, agreed=True)
    changed = actions.change(by=me, photo=photo, alt=WORDS, people=[registration, child(gathering)])
    assert not changed.is_public


def test_removing_it_removes_its_file(acting, anna, photo, django_capture_on_commit_callbacks):
    path = files.path_of(photo.upload)
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove(by=acting(anna), photo=photo)
    assert not path.exists()


def test_the_pages_keep_name_show_and_hide(enter, anna, luka, registration, gathering):
    client, address = enter(anna), reverse("events:photos", args=[gathering.slug])
    sent = {"file": camera(), "alt": WORDS, "people": [str(registration.pk)]}
    assert client.post(address, sent).status_code == 302
    photo = Photo.objects.get()
    step = reverse("events:photo_step", args=[photo.pk, "show"])
    assert "ask them first" in client.post(step, {"x": "1"}).content.decode()
    assert client.post(step, {"agreed": "on"}).status_code == 302
    assert WORDS in client.get(address).content.decode()
    sent = {"alt": "Other words", "people": [str(registration.pk)]}
    assert client.post(reverse("events:photo", args=[photo.pk]), sent).status_code == 302
    photo.refresh_from_db()
    assert (photo.alt, photo.is_public) == ("Other words", True)
    assert enter(luka).post(reverse("events:photo_refuse", args=[photo.pk])).status_code == 302
    photo.refresh_from_db()
    assert not photo.is_public


def test_on_ones_own_page_stand_the_photos_and_a_guest_refuses_by_the_link_of_the_letter(
    acting, client, enter, anna, luka, registration, photo
):
    event = photo.event
    event.state, event.report_due_on = "over", date.today()
    event.starts_at, event.ends_at = event.starts_at - timedelta(days=33), event.ends_at - timedelta(days=33)
    event.save()
    assert WORDS in enter(luka).get(reverse("events:registration", args=[registration.pk])).content.decode()
    guest = factories.registration(event=event, person=None, email="guest@example.org", state="attended")
    photo.people.add(guest)
    actions.show(by=acting(anna), photo=photo, agreed=True)
    other = factories.registration(event=event, person=None, email="other@example.org", state="attended")
    for row, status in ((other, 404), (guest, 302)):
        token = links.make(GUEST, registration=str(row.pk))
        assert client.post(reverse("events:photo_refuse_by_link", args=[photo.pk, token])).status_code == status
    assert client.post(reverse("events:photo_refuse_by_link", args=[photo.pk, "forged"])).status_code == 404
    photo.refresh_from_db()
    assert not photo.is_public


def test_the_page_shows_pictures_of_nobody_too(acting, enter, anna, gathering):
    photo = actions.add(by=acting(anna), event=gathering, file=camera(), alt=WORDS, nobody_is_seen=True)
    actions.show(by=acting(anna), photo=photo, agreed=False)
    page = enter(anna).get(reverse("events:photos", args=[gathering.slug])).content.decode()
    assert "Nobody can be recognised." in page
    assert "Everybody sees it" in page
