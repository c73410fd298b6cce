"""Badges as rows: who gives them, what is signed, what is told, and what stands in the lists a moment later."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from koinon.accounts.models import Notice
from koinon.kit.models import Statement
from koinon.kit.verbs import Refused, machine
from koinon.learning.actions import achievements, awards, issuers
from koinon.learning.clock import badges as clock
from koinon.learning.engine.badges import credentials, reading
from koinon.learning.models import Award, IssuerKey, PublishedList, StatusList
from koinon.learning.queries import badges, certificates, verdicts
from tests import factories

pytestmark = pytest.mark.django_db
CLOCK = machine("test")


def codes(award):
    return {name: finding.code for name, finding in verdicts.verdict_of(award).findings.items()}


def test_a_representative_gives_a_badge_that_verifies(acting, mara, badge, luka, enrolment):
    made = awards.give(by=acting(mara), achievement=badge, person=luka, enrolment=enrolment)
    verdict = verdicts.verdict_of(made)
    assert verdict.overall == "valid"
    assert (verdict.signature.code, verdict.status.code, verdict.issuer.code) == ("signed", "stands", "known")
    assert credentials.is_held_by(verdict.credential, luka.email)
    assert luka.email not in made.signed
    assert "Luka" not in str(verdict.credential)
    assert Statement.objects.filter(verb="learning.badge_given", noun=made.pk).exists()
    told = Notice.objects.get(person=luka)
    assert "City budget" in told.title
    assert str(made.pk) in told.address


def test_a_badge_ends_after_its_months(award):
    assert award.until.date() == badges.after_months(award.since, 24).date()
    assert badges.after_months(award.since.replace(month=1, day=31), 1).month == 2


def test_a_badge_is_signed_in_the_language_of_the_learner_when_there_are_words(badge, luka, run):
    enrolment = factories.enrolment(run=run, person=luka, language="lt")
    made = awards.give(by=CLOCK, achievement=badge, person=luka, enrolment=enrolment)
    assert made.language == "lt"
    assert verdicts.facts_of(made)["achievement"]["name"] == "Miesto biudžetas"


@pytest.mark.parametrize("who", ["arben", "fatmir", "luka", "other_teacher", "stranger", "rival"])
def test_others_give_nothing(request, acting, badge, luka, enrolment, who):
    with pytest.raises(Refused):
        awards.give(by=acting(request.getfixturevalue(who)), achievement=badge, person=luka, enrolment=enrolment)
    assert not Award.objects.exists()


def test_a_facilitator_gives_what_is_meant_for_facilitators(acting, fatmir, badge, luka, enrolment):
    achievements.edit(by=CLOCK, achievement=badge, for_facilitators=True)
    assert awards.give(by=acting(fatmir), achievement=badge, person=luka, enrolment=enrolment).pk


def test_nobody_gives_to_whom_they_do_not_teach(acting, mara, badge, stranger, enrolment):
    by = acting(mara)
    for facts in ({"enrolment": None}, {"enrolment": enrolment}):
        with pytest.raises(Refused):
            awards.give(by=by, achievement=badge, person=stranger, **facts)
    elsewhere = factories.enrolment(person=stranger)
    with pytest.raises(Refused):
        awards.give(by=by, achievement=badge, person=stranger, enrolment=elsewhere)


def test_one_badge_for_one_person(award, badge, luka, enrolment):
    with pytest.raises(ValidationError):
        awards.give(by=CLOCK, achievement=badge, person=luka, enrolment=enrolment)
    awards.revoke(by=CLOCK, award=award, why="A mistake.")
    assert awards.give(by=CLOCK, achievement=badge, person=luka, enrolment=enrolment).pk != award.pk


def test_a_retired_badge_is_given_no_more(badge, luka, enrolment, award):
    achievements.retire(by=CLOCK, achievement=badge)
    assert verdicts.verdict_of(award).overall == "valid"
    with pytest.raises(ValidationError):
        awards.give(by=CLOCK, achievement=badge, person=factories.person())


def test_many_at_once_pass_over_who_holds_it(acting, mara, badge, award, run, enrolment):
    more = [factories.enrolment(run=run) for _ in range(3)]
    made = awards.give_many(by=acting(mara), achievement=badge, run=run, enrolments=[enrolment, *more])
    assert [row.enrolment for row in made] == more
    assert len({row.status_index for row in made}) == 3
    with pytest.raises(ValidationError):
        awards.give_many(by=acting(mara), achievement=badge, run=run, enrolments=[factories.enrolment()])


def test_suspended_lifted_revoked_are_read_at_once_and_told(acting, mara, award, luka):
    by = acting(mara)
    for act, code, overall in (
        (awards.suspend, "suspended", "not_valid"), (awards.lift, "stands", "valid"),
        (awards.revoke, "revoked", "not_valid"),
    ):  # fmt: skip
        act(by=by, award=award, why=f"Because of {code}.")
        assert (codes(award)["status"], verdicts.verdict_of(award).overall) == (code, overall)
        assert Notice.objects.filter(person=luka, text__contains=f"Because of {code}.").exists()
    with pytest.raises(ValidationError):
        awards.lift(by=by, award=award, why="Again.")


def test_nothing_is_taken_back_without_a_reason_or_by_others(acting, mara, award, rival, luka, fatmir):
    with pytest.raises(ValidationError):
        awards.revoke(by=acting(mara), award=award, why="  ")
    for who in (rival, luka, fatmir):
        with pytest.raises(Refused):
            awards.revoke(by=acting(who), award=award, why="Mine.")
    assert verdicts.verdict_of(award).overall == "valid"


def test_the_linked_form_follows_and_both_are_baked(award):
    assert certificates.file_of(award, "svg") is None
    clock.prove_award(award=str(award.pk))
    row = Award.objects.select_related("art", "achievement", "status_list__organisation").get(pk=award.pk)
    for form in certificates.FORMS:
        data = certificates.file_of(row, form)
        verdict = verdicts.verify(data, holder=row.person.email, fetch=verdicts.only_here)
        assert verdict.overall == "valid", (form, verdict.as_json())
        assert verdict.picture.code == ("same_picture" if form in ("png", "svg") else "no_picture")
    awards.revoke(by=CLOCK, award=row, why="A mistake.")
    assert {verdicts.verify(certificates.file_of(row, form)).status.code for form in certificates.FORMS} == {"revoked"}


def test_signed_bytes_never_change(award):
    clock.prove_award(award=str(award.pk))
    for change in ({"signed": "x"}, {"status_index": 1}, {"salt": "x"}, {"proved": "x"}, {"until": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Award.objects.filter(pk=award.pk).update(**change)


def test_whoever_finishes_the_course_gets_the_badge(badge, enrolment):
    achievements.edit(by=CLOCK, achievement=badge, is_automatic=True)
    assert clock.give_for(enrolment) == []
    type(enrolment).objects.filter(pk=enrolment.pk).update(state="finished")
    enrolment.refresh_from_db()
    (made,) = clock.give_for(enrolment)
    assert clock.give_for(enrolment) == []
    awards.revoke(by=CLOCK, award=made, why="A mistake.")
    assert clock.give_for(enrolment) == [], "what was taken back does not come again by itself"


def test_nobody_hangs_badges_on_the_course_of_another(course, acting):
    other = factories.organisation()
    boss = factories.representative(other)
    with pytest.raises(ValidationError):
        achievements.create(
            by=acting(boss), organisation=other, course=course, language="en", names={"en": "Mine"},
            criteria={"en": "x"}, is_automatic=True,
        )  # fmt: skip


def test_a_person_without_address_is_known_by_their_account(badge, run):
    from koinon.kit.mail import NOWHERE

    person = factories.person(email=f"card-1{NOWHERE}")
    made = awards.give(by=CLOCK, achievement=badge, person=person)
    identifier = reading.read(made.signed.encode()).credential["credentialSubject"]["identifier"][0]
    assert identifier["identityType"] == "systemId"


def test_lists_are_signed_anew_before_they_end(award):
    soon = timezone.now() + timedelta(days=4)
    PublishedList.objects.filter(purpose="revocation", form="jwt").update(until=soon)
    clock.sign_lists(timestamp=0)
    assert all(row.until > soon for row in PublishedList.objects.all())
    assert PublishedList.objects.count() == 4


def test_a_full_list_is_followed_by_another(award, badge):
    StatusList.objects.update(size=1)
    made = awards.give(by=CLOCK, achievement=badge, person=factories.person())
    assert made.status_list.number == 2
    assert verdicts.verdict_of(made).overall == "valid"


def test_a_forgotten_person_leaves_a_valid_badge_without_a_name(award, luka):
    from koinon.learning.actions.wallet import forget_holder
    from koinon.learning.lends import badges as lent

    factories.badgeshare(person=luka).awards.add(award)
    assert lent.held(luka)["badges"][0]["signed"] == award.signed
    forget_holder(luka)
    award.refresh_from_db()
    assert (award.person, award.name) == (None, "")
    assert verdicts.verdict_of(award).overall == "valid"
    assert not verdicts.fits(award, luka.email)
    assert not verdicts.fits(award, "Luka")
    awards.revoke(by=CLOCK, award=award, why="A mistake.")


def test_another_key_signs_and_the_old_one_still_proves(acting, mara, award, badge, school):
    issuers.rotate(by=acting(mara), organisation=school, kind="rsa")
    made = awards.give(by=CLOCK, achievement=badge, person=factories.person())
    assert made.key_id != award.key_id
    assert {verdicts.verdict_of(row).overall for row in (made, award)} == {"valid"}
    assert IssuerKey.objects.filter(organisation=school, kind="rsa").count() == 2


def test_a_stolen_key_proves_nothing_any_more(acting, mara, rival, award, badge):
    with pytest.raises(Refused):
        issuers.withdraw(by=acting(rival), key=award.key, why="Mine.")
    issuers.withdraw(by=acting(mara), key=award.key, why="A laptop was lost.")
    assert codes(award)["signature"] == "withdrawn_key"
    made = awards.give(by=CLOCK, achievement=badge, person=factories.person())
    assert verdicts.verdict_of(made).overall == "valid"
    with pytest.raises(ValidationError):
        issuers.withdraw(by=acting(mara), key=award.key, why="Again.")


def test_private_keys_are_sealed_and_a_new_secret_is_told(award, badge, settings):
    key = IssuerKey.objects.filter(kind="rsa").get()
    assert "d" not in key.public
    assert '"d"' not in key.private
    assert key.private.count(".") == 4
    settings.SECRET_KEY = "x" * 50
    with pytest.raises(ValidationError, match="Replace the key"):
        awards.give(by=CLOCK, achievement=badge, person=factories.person())
    issuers.rotate(by=CLOCK, organisation=badge.organisation, kind="rsa")
    assert verdicts.verdict_of(awards.give(by=CLOCK, achievement=badge, person=factories.person())).overall == "valid"


def test_after_a_change_of_domain_old_badges_still_verify(award, badge, settings, client):
    settings.KOINON_FORMER_URLS, settings.KOINON_URL = [settings.KOINON_URL], "https://new.example.org"
    made = awards.give(by=CLOCK, achievement=badge, person=factories.person())
    assert "did:web:new.example.org" in str(reading.read(made.signed.encode()).credential["issuer"])
    assert made.status_list_id != award.status_list_id
    assert {verdicts.verdict_of(row).overall for row in (made, award)} == {"valid"}
    awards.revoke(by=CLOCK, award=award, why="A mistake.")
    assert codes(award)["status"] == "revoked"


def test_finishing_a_course_queues_its_badges(badge, enrolment):
    from procrastinate.contrib.django.models import ProcrastinateJob

    from koinon.learning import seams

    seams.finished.gather(enrolment)
    seams.finished.gather(enrolment)
    jobs = ProcrastinateJob.objects.filter(task_name="learning.give_finished")
    assert [job.args for job in jobs] == [{"enrolment": str(enrolment.pk)}]
    achievements.edit(by=CLOCK, achievement=badge, is_automatic=True)
    type(enrolment).objects.filter(pk=enrolment.pk).update(state="finished")
    clock.give_finished(enrolment=str(enrolment.pk))
    assert Award.objects.get().enrolment == enrolment
