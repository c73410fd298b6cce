"""Pages of badges: wallet, files, links, check and verify pages, an issuer's desk; what strangers read and what not."""

import io
import json
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from koinon.accounts.seams import desk_items
from koinon.kit.moments import long_day
from koinon.kit.verbs import machine
from koinon.learning.actions import achievements, awards, endorsements
from koinon.learning.engine.badges import dids
from koinon.learning.models import Achievement, Award, BadgeArt, BadgeEndorsement, BadgeShare
from koinon.learning.queries import certificates, issuers, verdicts
from tests import factories

pytestmark = pytest.mark.django_db
CLOCK = machine("test")


def page(client, name, *words, **more):
    answer = client.get(reverse(f"learning:{name}", args=words), more)
    assert answer.status_code == 200, answer
    return answer


def text(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_an_empty_wallet_teaches(enter, stranger):
    assert "Find a course" in text(page(enter(stranger), "wallet"))


def test_the_wallet_asks_as_much_for_three_as_for_one(enter, luka, award):
    client = enter(luka)
    factories.badgeshare(person=luka).awards.add(award)
    page(client, "wallet")
    with CaptureQueriesContext(connection) as one:
        page(client, "wallet")
    for _ in range(2):
        factories.badgeshare(person=luka).awards.add(awards.give(by=CLOCK, achievement=_other(award), person=luka))
    with CaptureQueriesContext(connection) as three:
        page(client, "wallet")
    assert len(three) == len(one)


def _other(award):
    return achievements.create(
        by=CLOCK, organisation=award.achievement.organisation, names={"en": "More"}, criteria={"en": "Do."},
        language="en",
    )  # fmt: skip


def test_one_some_or_none_are_shown_by_a_link_until_it_is_stopped(enter, client, luka, award):
    other = awards.give(by=CLOCK, achievement=_other(award), person=luka)
    mine = enter(luka)
    mine.post(reverse("learning:wallet"), {"chosen": [str(award.pk)], "label": "City hall"})
    share = BadgeShare.objects.get(label="City hall")
    shown = text(page(client, "badge_shared", share.key))
    assert "City budget" in shown
    assert "Luka" in shown
    assert "More" not in shown
    assert "Luka" in text(page(client, "badge_check", award.pk, key=share.key))
    assert "Luka" not in text(page(client, "badge_check", other.pk, key=share.key))
    assert "Luka" not in text(page(client, "badge_check", award.pk))
    mine.post(reverse("learning:badge_unshare", args=[share.pk]))
    assert client.get(reverse("learning:badge_shared", args=[share.key])).status_code == 404
    assert "Luka" not in text(page(client, "badge_check", award.pk, key=share.key))


def test_nothing_chosen_is_said_beside_the_field(enter, luka, award):
    answer = enter(luka).post(reverse("learning:wallet"), {"label": "City hall"})
    assert answer.status_code == 200
    assert b"City hall" in answer.content
    assert not BadgeShare.objects.exists()


def test_all_badges_go_into_one_archive(enter, luka, proved):
    archive = zipfile.ZipFile(io.BytesIO(page(enter(luka), "badges_zip").content))
    kinds = sorted(name.rpartition(".")[2] for name in archive.namelist())
    assert kinds == ["json", "jwt", "png", "svg", "txt"]
    for name in archive.namelist():
        if not name.endswith("txt"):
            assert verdicts.verify(archive.read(name), fetch=verdicts.only_here).overall == "valid"


def test_a_form_that_is_not_there_yet_says_so(enter, luka, award):
    answer = enter(luka).get(reverse("learning:badge_file", args=[award.pk, "svg"]), follow=True)
    assert "being made" in text(answer)


def test_the_certificate_carries_the_name_as_one_wishes_and_a_code(enter, luka, award):
    mine = enter(luka)
    mine.post(reverse("learning:badge", args=[award.pk]), {"name": "Λούκα Παπαδόπουλος"})
    address = reverse("learning:badge_certificate", args=[award.pk])
    first, second = mine.post(address), mine.post(address)
    assert first.content.startswith(b"%PDF-")
    assert second.content.startswith(b"%PDF-")
    assert b"pdfaid" in first.content
    share = BadgeShare.objects.get(is_print=True)
    award.refresh_from_db()
    words = certificates.words_of(award, share.key)
    assert words["name"] == "Λούκα Παπαδόπουλος"
    assert share.key in words["address"]
    assert share.key not in words["address_shown"]


@pytest.mark.parametrize("language", ["en", "sq", "lt", "mk", "el"])
def test_the_certificate_is_set_in_each_language(award, language):
    assert b"pdfaid" in certificates.certificate(award, "key", language)


def test_who_knows_the_name_or_address_is_told_that_it_fits(client, award, luka):
    address = reverse("learning:badge_check", args=[award.pk])
    for who, said in ((luka.email.upper(), "It fits"), (" LUKÁ ", "It fits"), ("Mara", "It does not fit"),
                      ("other@example.org", "It does not fit")):  # fmt: skip
        assert said in text(client.post(address, {"who": who})), who


def test_the_check_page_says_what_is_so_now(client, award):
    assert "The badge is valid." in text(page(client, "badge_check", award.pk))
    awards.suspend(by=CLOCK, award=award, why="We look into it.")
    shown = text(page(client, "badge_check", award.pk))
    assert "The issuer has suspended this badge." in shown
    assert "We look into it." not in shown, "the reason is the holder's"


def test_the_check_page_as_a_file_stands_alone(client, award, luka):
    answer = page(client, "badge_check_file", award.pk)
    said = answer.content.decode()
    assert "attachment" in answer["Content-Disposition"]
    assert not re.search(r"<(script|link|img|iframe)\b", said)
    assert award.signed in said
    assert luka.email not in said
    assert "Luka" not in said
    copies = dict(verdicts.snapshot_of(award))
    assert verdicts.checking.verify(award.signed.encode(), fetch=lambda url: copies[url].encode()).overall == "valid"


def test_the_verify_page_reads_files_and_text(client, proved):
    address = reverse("learning:badge_verify")
    png = certificates.file_of(proved, "png")
    answer = client.post(address, {"file": SimpleUploadedFile("badge.png", png, content_type="image/png")})
    assert "The badge is valid." in text(answer)
    assert "City budget" in text(answer)
    assert "We know the issuer: School." in text(answer)
    assert long_day(proved.since.date(), "en") in text(answer), "no day is written for machines"
    assert f"{proved.since:%Y-%m-%d}" not in text(answer)
    holder = {"text": proved.signed, "holder": "other@example.org"}
    assert "was not given to the person" in text(client.post(address, holder))
    assert "Please choose a file" in text(client.post(address, {}))
    assert "cannot be verified" in text(client.post(address, {"text": "hello"}))


def test_a_did_document_is_public_and_readable_from_anywhere(client, award, school):
    answer = page(client, "issuer_did", school.slug)
    said = json.loads(answer.content)
    assert answer["Content-Type"] == "application/did+json"
    assert (answer["Access-Control-Allow-Origin"], "public" in answer["Cache-Control"]) == ("*", True)
    assert said["id"] == issuers.did_of(school.slug) == dids.did_of(f"{issuers.base()}/issuers/{school.slug}")
    assert {each["publicKeyJwk"]["kty"] for each in said["verificationMethod"] if "publicKeyJwk" in each} == {
        "RSA", "OKP",
    }  # fmt: skip
    assert "d" not in answer.content.decode().split('"')
    assert client.get(reverse("learning:issuer_did", args=[factories.organisation().slug])).status_code == 404


def test_after_a_change_of_domain_the_old_document_is_still_served(client, award, school, settings):
    settings.KOINON_FORMER_URLS, settings.KOINON_URL = ["https://old.example.org"], "https://new.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    address = reverse("learning:issuer_did", args=[school.slug])
    old, new = (json.loads(client.get(address, headers={"host": f"{n}.example.org"}).content) for n in ("old", "new"))
    assert old["id"] == "did:web:old.example.org:issuers:" + school.slug
    assert old["alsoKnownAs"] == [new["id"]]
    assert new["alsoKnownAs"] == [old["id"]]


def test_a_status_list_is_served_as_both_kinds(client, award, school):
    for form, media in (("jwt", "application/vc+jwt"), ("json", "application/vc+ld+json")):
        answer = page(client, "status_list", school.slug, award.status_list.number, "revocation", form)
        assert answer["Content-Type"] == media
        assert "max-age=60" in answer["Cache-Control"]


def test_an_issuer_shows_what_it_gives_badges_for(client, badge, school):
    assert "City budget" in text(page(client, "issuer", school.slug))
    assert "Read one." in text(page(client, "achievement", school.slug, badge.pk))


def test_what_is_not_given_any_more_is_still_explained(client, badge, school):
    achievements.retire(by=CLOCK, achievement=badge)
    assert client.get(reverse("learning:issuer", args=[school.slug])).status_code == 404
    assert "Not given any more" in text(page(client, "achievement", school.slug, badge.pk))


def test_the_desk_of_an_issuer_asks_as_much_for_three_as_for_one(enter, mara, school, badge, award):
    client, counts = enter(mara), []
    for _ in range(2):
        for name, words in (("issuer_desk", [school.slug]), ("achievement_desk", [school.slug, badge.pk])):
            page(client, name, *words)
            with CaptureQueriesContext(connection) as asked:
                page(client, name, *words)
            counts.append(len(asked))
        for _more in range(2):
            awards.give(by=CLOCK, achievement=badge, person=factories.person())
            endorsements.ask(by=CLOCK, achievement=_other(award), organisation=factories.organisation())
            endorsements.ask(by=CLOCK, achievement=badge, organisation=factories.organisation())
    assert counts[:2] == counts[2:]


def words(**more):
    return {
        "language": "en", "name": "Workshop", "criterion": "Led one.", "accent": "pine", "name_el": "Εργαστήριο",
        "criterion_el": "Συντόνισε ένα.", **more,
    }  # fmt: skip


def test_a_representative_writes_a_badge_in_two_languages(enter, mara, school, course, version):
    competence = factories.competence(names={"en": "Lead a group"})
    type(competence.framework).objects.update(organisation=None)
    address = reverse("learning:achievement_new", args=[school.slug])
    enter(mara).post(
        address, words(course=str(course.pk), is_automatic="on", months="12", competences=[str(competence.pk)])
    )
    made = Achievement.objects.get()
    assert (made.names, made.is_automatic, made.months) == ({"en": "Workshop", "el": "Εργαστήριο"}, True, 12)
    assert list(made.competences.all()) == [competence]
    assert made.course == course


def test_wrong_words_are_said_beside_the_field(enter, mara, school):
    answer = enter(mara).post(reverse("learning:achievement_new", args=[school.slug]), words(criterion="", months="0"))
    assert answer.status_code == 200
    assert "Workshop" in answer.content.decode()
    assert not Achievement.objects.exists()


def test_a_picture_of_ones_own_is_made_small_and_baked(enter, mara, school, badge, luka):
    drawn = io.BytesIO()
    Image.new("RGB", (900, 300), "green").save(drawn, "PNG")
    file = SimpleUploadedFile("leaf.png", drawn.getvalue(), content_type="image/png")
    enter(mara).post(reverse("learning:achievement_edit", args=[school.slug, badge.pk]), words(picture=file))
    art = BadgeArt.objects.filter(achievement=badge).first()
    assert art.is_own
    made = awards.give(by=CLOCK, achievement=badge, person=luka)
    row = Award.objects.select_related("art").get(pk=made.pk)
    assert verdicts.verify(certificates.file_of(row, "png")).picture.code == "same_picture"


def test_badges_are_given_from_the_list_after_a_look(enter, mara, run, badge, award, enrolment):
    more = [factories.enrolment(run=run) for _ in range(2)]
    address, client = reverse("learning:run_badges", args=[run.pk]), enter(mara)
    said = {"achievement": str(badge.pk), "chosen": [str(each.pk) for each in (enrolment, *more)]}
    shown = text(client.post(address, said))
    assert "2 people get it" in shown
    assert "passed over" in shown
    assert Award.objects.count() == 1
    client.post(address, {**said, "sure": "1"})
    assert Award.objects.count() == 3


def test_an_award_is_revoked_on_a_page_of_its_own(enter, mara, award):
    address, client = reverse("learning:badge_step", args=[award.pk, "revoke"]), enter(mara)
    assert client.post(address, {"why": ""}).status_code == 200
    client.post(address, {"why": "It was given by mistake."})
    award.refresh_from_db()
    assert (award.state, award.why) == ("revoked", "It was given by mistake.")
    assert client.get(address).status_code == 404


@pytest.fixture
def hall(network):
    """A municipality of the same network."""
    return factories.member(network, slug="hall", names={"en": "City hall"}, kind="city")


def test_a_municipality_is_asked_and_endorses_with_its_own_key(enter, acting, mara, school, badge, hall, luka, client):
    major = factories.representative(hall)
    enter(mara).post(
        reverse("learning:achievement_desk", args=[school.slug, badge.pk]),
        {"organisation": str(hall.pk), "message": "Please."},
    )
    row = BadgeEndorsement.objects.get()
    mine = [item for lender in desk_items for item in lender(acting(major)) if item.kind == "Badge"]
    theirs = [item for lender in desk_items for item in lender(acting(mara)) if item.kind == "Badge"]
    assert [(item.is_mine, item.until) for item in mine] == [(True, row.due_on)]
    assert [(item.is_mine, item.whose) for item in theirs] == [(False, "City hall")]
    address = reverse("learning:endorsement", args=[row.pk])
    assert enter(major).post(address, {"step": "give", "words": ""}).status_code == 200
    enter(major).post(address, {"step": "give", "words": "We trust it."})
    made = awards.give(by=CLOCK, achievement=badge, person=luka)
    verdict = verdicts.verdict_of(made)
    assert [each.overall for each in verdict.endorsements] == ["valid"]
    assert "We trust it." in text(page(client, "badge_check", made.pk))
    assert verdict.endorsements[0].credential["issuer"]["id"] == issuers.did_of("hall")


def test_an_endorsement_is_declined_or_lapses(acting, badge, hall):
    from datetime import date, timedelta

    from koinon.learning.clock import badges as clock

    row = endorsements.ask(by=CLOCK, achievement=badge, organisation=hall)
    endorsements.decline(by=acting(factories.representative(hall)), endorsement=row, words="Not now.")
    again = endorsements.ask(by=CLOCK, achievement=badge, organisation=hall)
    BadgeEndorsement.objects.filter(pk=again.pk).update(due_on=date.today() - timedelta(days=1))
    clock.lapse_endorsements(timestamp=0)
    again.refresh_from_db()
    assert (row.state, again.state) == ("declined", "lapsed")


def test_old_keys_are_on_the_desk(acting, mara, award):
    from datetime import timedelta

    from django.utils import timezone

    from koinon.learning.models import IssuerKey

    IssuerKey.objects.update(since=timezone.now() - timedelta(days=800))
    items = [item for lender in desk_items for item in lender(acting(mara)) if item.kind == "Badge"]
    assert len(items) == 1
    assert items[0].is_mine
