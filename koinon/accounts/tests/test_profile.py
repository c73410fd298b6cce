"""What a person says, who may see it, what they agreed to."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from koinon.accounts import actions, queries, rules
from koinon.accounts.models import Consent, Person, Visibility
from koinon.accounts.notices import agreements
from koinon.kit import files, links
from koinon.kit.models import Statement, Upload
from koinon.kit.verbs import VISITOR, Refused
from tests import factories

pytestmark = pytest.mark.django_db


def picture(name="face.png"):
    buffer = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(buffer, "PNG")
    return SimpleUploadedFile(name, buffer.getvalue(), content_type="image/png")


def said(verb):
    return Statement.objects.filter(verb=verb).count()


FORM = {
    "name": "Vjosa",
    "language": "sq",
    "zone": "Europe/Tirane",
    "languages": ["sq", "en"],
    "more_languages": "Danish",
}


# --- profile ---------------------------------------------------------------------------------------


def test_the_profile_is_written_and_shown_again(enter, stranger):
    client = enter(stranger)
    response = client.post(reverse("accounts:profile"), {**FORM, "about": "Libraries\u202e.", "pronouns": "she"})
    assert response.status_code == 302
    stranger.refresh_from_db()
    assert stranger.languages == ["sq", "en", "da"]
    assert (stranger.about, stranger.zone, stranger.language) == ("Libraries.", "Europe/Tirane", "sq")
    assert response.cookies["language"].value == "sq"
    assert said("accounts.profile_changed") == 1
    assert "Vjosa" in client.get(reverse("accounts:profile")).content.decode()


def test_what_was_typed_stays_when_something_is_wrong(enter, stranger):
    page = enter(stranger).post(reverse("accounts:profile"), {**FORM, "more_languages": "Klingonese", "about": "Kept"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "We do not know this language: Klingonese" in text
    assert "Kept" in text


@pytest.mark.parametrize("zone", ["Nowhere/Town", "../../etc/passwd", ""])
def test_a_made_up_zone_is_refused(enter, stranger, zone):
    assert enter(stranger).post(reverse("accounts:profile"), {**FORM, "zone": zone}).status_code == 200


def test_only_the_person_changes_a_profile(stranger, milos, acting):
    for by in (acting(milos), VISITOR):
        with pytest.raises(Refused, match="Only the person"):
            actions.change_profile(by=by, person=stranger, name="Somebody else")
    assert said("accounts.profile_changed") == 0


def test_nothing_in_the_chronicle_ties_the_alias_to_the_row(enter, stranger):
    enter(stranger).post(reverse("accounts:profile"), FORM)
    row = Statement.objects.get(verb="accounts.profile_changed")
    assert (row.actor, row.noun) == (stranger.alias, None)


def test_nor_when_somebody_who_is_signed_in_opens_a_link_of_their_own(enter, stranger):
    token = links.make("accounts.sign_in", person=str(stranger.pk), email=stranger.email)
    enter(stranger).post(reverse("accounts:sign_in", args=[token]))
    row = Statement.objects.get(verb="accounts.entered_by_link")
    assert (row.actor, row.noun) == (stranger.alias, None)


def test_names_are_shown_as_text_not_as_html(enter, stranger):
    name = "<img src=x onerror=alert(1)> & Søn"
    client = enter(stranger)
    client.post(reverse("accounts:profile"), {**FORM, "name": name})
    for address in ("accounts:profile", "accounts:desk"):
        assert "<img src=x" not in client.get(reverse(address)).content.decode()
    assert "&lt;img src=x" in client.get(reverse("accounts:person", args=[stranger.pk])).content.decode()


# --- photo -----------------------------------------------------------------------------------------


def test_a_photo_needs_words_and_is_made_anew(enter, stranger, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = enter(stranger)
    page = client.post(reverse("accounts:profile"), {**FORM, "photo": picture()})
    assert "what the photo shows" in page.content.decode()
    client.post(reverse("accounts:profile"), {**FORM, "photo": picture(), "photo_alt": "A red square"})
    stranger.refresh_from_db()
    assert (stranger.photo.media_type, stranger.photo.alt) == ("image/webp", "A red square")
    assert client.get(reverse("accounts:photo", args=[stranger.pk])).status_code == 200


def test_a_text_is_no_photo(enter, stranger, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("face.png", b"<script>alert(1)</script>", content_type="image/png")
    page = enter(stranger).post(reverse("accounts:profile"), {**FORM, "photo": file, "photo_alt": "A face"})
    assert "not an image" in page.content.decode()
    assert Upload.objects.count() == 0


def test_an_old_photo_is_deleted(stranger, acting, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.MEDIA_ROOT = tmp_path
    actions.change_profile(by=acting(stranger), person=stranger, name="A", photo=picture(), photo_alt="Red")
    path = files.path_of(stranger.photo)
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        actions.change_profile(by=acting(stranger), person=stranger, name="A", without_photo=True)
    assert stranger.photo is None
    assert not path.exists()


# --- who sees what ---------------------------------------------------------------------------------


def agree(person, matter):
    factories.consent(person=person, matter=matter)


def show(person, **sights):
    for field, sight in sights.items():
        factories.visibility(person=person, field=field, sight=sight)


def test_network_mates_see_what_is_for_networks_and_strangers_nothing(milos, vesa, stranger, rival, acting):
    Person.objects.filter(pk=milos.pk).update(about="Schools", pronouns="he")
    milos.refresh_from_db()
    assert queries.profile_for(me=acting(vesa), person=milos).keys() == {"name", "about"}
    for who in (acting(stranger), acting(rival), VISITOR):
        assert queries.profile_for(me=who, person=milos) is None


def test_the_work_address_is_hidden_until_it_is_opened(enter, vesa, milos):
    client = enter(vesa)
    address = reverse("accounts:person", args=[milos.pk])
    assert milos.email not in client.get(address).content.decode()
    show(milos, email="networks")
    assert milos.email in client.get(address).content.decode()


def test_public_needs_consent_and_ends_with_it(visitor, milos, acting):
    with pytest.raises(ValidationError, match="listed in public"):
        actions.show_to(by=acting(milos), person=milos, sights={"name": "public"})
    actions.agree(by=acting(milos), person=milos, matter="public_listing", language="en")
    actions.show_to(by=acting(milos), person=milos, sights={"name": "public", "email": "nobody"})
    address = reverse("accounts:person", args=[milos.pk])
    page = visitor.get(address).content.decode()
    assert milos.name in page
    assert milos.email not in page
    assert "noindex" not in page
    actions.withdraw(by=acting(milos), person=milos, matter="public_listing")
    assert visitor.get(address).status_code == 404
    assert Visibility.objects.get(person=milos, field="name").sight == "networks"


def test_the_page_is_not_for_search_engines_without_consent(enter, vesa, milos):
    assert "noindex" in enter(vesa).get(reverse("accounts:person", args=[milos.pk])).content.decode()


def test_the_photo_needs_its_own_consent(enter, vesa, milos, acting, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    actions.change_profile(by=acting(milos), person=milos, name="Miloš", photo=picture(), photo_alt="Red")
    show(milos, photo="networks")
    address = reverse("accounts:photo", args=[milos.pk])
    assert enter(vesa).get(address).status_code == 404
    agree(milos, "photo")
    assert enter(vesa).get(address).status_code == 200


def test_only_the_person_opens_fields(milos, vesa, acting):
    with pytest.raises(Refused):
        actions.show_to(by=acting(vesa), person=milos, sights={"email": "networks"})


def test_the_form_for_sights_puts_the_error_beside_the_field(enter, stranger):
    sights = dict.fromkeys(rules.FIELDS, "nobody")
    page = enter(stranger).post(reverse("accounts:sights"), {**sights, "name": "public"})
    assert "First agree to being listed in public" in page.content.decode()
    assert enter(stranger).post(reverse("accounts:sights"), sights).status_code == 302
    assert said("accounts.sights_changed") == 1


def test_names_for_a_list_cost_the_same_for_one_and_for_three(network, vesa, acting, django_assert_num_queries):
    people = [factories.representative(factories.member(network)) for _ in range(3)]
    show(people[0], name="nobody")
    me = acting(vesa)
    for some in (people[:1], people):
        with django_assert_num_queries(1):
            names = queries.names_for(me=me, people=some, are_mates=True)
    assert [names[row.pk] for row in people] == ["", people[1].name, people[2].name]
    assert set(queries.names_for(me=VISITOR, people=people, are_mates=False).values()) == {""}


@given(
    field=st.sampled_from(rules.FIELDS),
    sight=st.sampled_from(["nobody", "networks", "public"]),
    is_mate=st.booleans(),
    agreed=st.frozensets(st.sampled_from(list(agreements.MATTERS))),
)
def test_no_field_shows_wider_than_was_said(field, sight, is_mate, agreed):
    seen = rules.may_see(field=field, sight=sight, is_mate=is_mate, agreed=agreed)
    if seen:
        assert sight != "nobody"
        assert is_mate or (sight == "public" and "public_listing" in agreed)
        assert field != "photo" or "photo" in agreed
    narrower = rules.may_see(field=field, sight=sight, is_mate=False, agreed=frozenset())
    assert not narrower


# --- consents --------------------------------------------------------------------------------------


def test_a_consent_keeps_words_version_language_and_time(stranger, acting):
    row = actions.agree(by=acting(stranger), person=stranger, matter="photo", language="en")
    assert row.text == str(agreements.MATTERS["photo"].text)
    assert (row.version, row.language, row.withdrawn_at) == ("2026-1", "en", None)
    assert row.given_at is not None
    assert actions.agree(by=acting(stranger), person=stranger, matter="photo", language="el").pk == row.pk


def test_new_words_are_a_new_consent_and_the_old_one_stays(stranger, acting):
    old = factories.consent(person=stranger, version="2020-1", text="Old words")
    new = actions.agree(by=acting(stranger), person=stranger, matter="photo", language="en")
    old.refresh_from_db()
    assert new.pk != old.pk
    assert old.withdrawn_at is not None
    assert old.text == "Old words"


def test_withdrawing_keeps_the_history(enter, stranger):
    client = enter(stranger)
    client.post(reverse("accounts:agree", args=["photo"]))
    client.post(reverse("accounts:withdraw", args=["photo"]))
    assert Consent.objects.get(person=stranger).withdrawn_at is not None
    assert said("accounts.agreed") == 1
    assert said("accounts.withdrew") == 1
    assert "withdrawn on" in client.get(reverse("accounts:consents")).content.decode()


def test_nobody_agrees_for_somebody_else_or_to_what_is_not_asked(stranger, milos, acting):
    with pytest.raises(Refused):
        actions.agree(by=acting(milos), person=stranger, matter="photo", language="en")
    with pytest.raises(Refused):
        actions.agree(by=acting(stranger), person=stranger, matter="everything", language="en")
    with pytest.raises(Refused):
        actions.withdraw(by=acting(milos), person=stranger, matter="photo")


def test_made_up_matters_have_no_address(enter, stranger):
    assert enter(stranger).post(reverse("accounts:agree", args=["everything"])).status_code == 404
    assert enter(stranger).post(reverse("accounts:withdraw", args=["everything"])).status_code == 404
