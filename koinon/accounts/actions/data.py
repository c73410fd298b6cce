"""What the law and good manners ask: take all that is mine with me, and be forgotten."""

import secrets
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts import notices, rules, seams
from koinon.accounts.engine import archive
from koinon.accounts.models import CalendarKey, Consent, Notice, Person, Preference, Visibility
from koinon.kit import files, jobs
from koinon.kit.models import Upload, Work
from koinon.kit.verbs import NOBODY, Actor, Refused, verb

ONCE_IN = timedelta(minutes=10)


@verb("accounts.data_asked", rule=rules.may_change)
def gather_data(*, by: Actor, person: Person) -> Work:
    """Begin to gather everything; while that is under way, asking again shows the same work."""
    return jobs.once(gather, person=person.pk, since=timezone.now() - ONCE_IN)


@jobs.work("accounts.gather")
def gather(track: jobs.Track) -> dict[str, Any]:
    """Ask every app for the rows of the person of this work and put them, with the files, into one ZIP."""
    person = Person.objects.get(pk=track.work.person or NOBODY)
    tables: dict[str, list[dict[str, Any]]] = {}
    for lent in seams.data_of.gather(person):
        tables.update(lent)
    uploads = Upload.objects.filter(person=person.pk, until=None)
    papers = [(f"{upload.pk}-{upload.name}", files.path_of(upload)) for upload in uploads]
    track.begin(len(tables) + len(papers))
    with tempfile.TemporaryDirectory(dir=files.drafts()) as folder:
        draft = Path(folder) / "data.zip"
        archive.write(draft, tables=tables, files=papers, readme=_readme(person), step=track.step)
        name = f"koinon-{timezone.now():%Y-%m-%d}.zip"
        with transaction.atomic():
            _hold(person)
            upload = files.keep_made(file=draft, name=name, person=person.pk)
            notices.archive_ready(person)
    return {"upload": str(upload.pk), "tables": len(tables), "files": len(papers)}


@verb(
    "accounts.forgotten",
    rule=rules.may_forget,
    refusal=gettext_lazy("Only the person can ask for this; demo accounts belong to the demo."),
)
def forget(*, by: Actor, person: Person) -> None:
    """Cut every link to the person. Acts stay under organisation and role, with an alias that nobody can resolve."""
    person = _hold(person)
    email, language = person.email, person.language
    for lender in seams.forget:
        lender(person)
    _end_sessions(person.pk)
    for rows in (
        Visibility.objects.filter(person=person),
        Consent.objects.filter(person=person),
        Preference.objects.filter(person=person),
        CalendarKey.objects.filter(person=person),
        Notice.objects.filter(person=person),
        EmailAddress.objects.filter(user=person),
        Authenticator.objects.filter(user=person),
        SocialAccount.objects.filter(user=person),
        Work.objects.filter(person=person.pk),
    ):
        rows.delete()
    _drop_files(person.pk)
    _empty(person)
    _forget_letters(email)
    notices.forgotten(email=email, language=language)


def _hold(person: Person) -> Person:
    """The person, locked: nothing is made for somebody who is being forgotten, and nobody is forgotten twice."""
    held = Person.objects.select_for_update().filter(pk=person.pk, forgotten_at=None).first()
    if held is None:
        raise Refused(_("This account is closed."))
    return held


def _empty(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(
        alias=uuid4(),
        email=f"{secrets.token_hex(12)}@forgotten.invalid",
        password="!" + secrets.token_hex(20),
        name="",
        pronouns="",
        languages=[],
        about="",
        zone="UTC",
        language=settings.LANGUAGE_CODE,
        photo=None,
        acting_for=None,
        is_active=False,
        is_operator=False,
        has_second_factor=False,
        last_login=None,
        forgotten_at=timezone.now(),
    )


def _end_sessions(person: UUID) -> None:
    keys = list(UserSession.objects.filter(user=person).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user=person).delete()


def _drop_files(person: UUID) -> None:
    """Own files and what was made for them go; papers of an organisation (letters of appointment) stay there without
    the name of who gave them."""
    Person.objects.filter(pk=person).update(photo=None)
    for upload in Upload.objects.filter(Q(scope=None) | Q(until__isnull=False), person=person):
        files.drop(upload)
    Upload.objects.filter(person=person).update(person=None)


def _forget_letters(email: str) -> None:
    """Letters to this address, sent or waiting, are kept by the queue as arguments of jobs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status <> 'doing' AND "
            "(lower(args->>'to') = lower(%s) OR lower(args->>'email') = lower(%s))",
            [email, email],
        )


def _readme(person: Person) -> str:
    with translation.override(person.language):
        return _(
            "This is everything that %(site)s keeps about you.\n\n"
            "json/   each table, for programs\n"
            "csv/    the same tables, for a spreadsheet\n"
            "files/  the files you gave us\n\n"
            "The table “acts” lists what you did: the chronicle of the site knows you there by an alias only.\n"
        ) % {"site": settings.KOINON_NAME}
