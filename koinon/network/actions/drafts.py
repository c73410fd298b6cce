"""Write an application together: begin, answer by answer, move to a new version, hand in."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from koinon.accounts.models import Person
from koinon.accounts.queries import actor_of
from koinon.kit import files, links, questions
from koinon.kit.models import Upload
from koinon.kit.verbs import NOBODY, Actor, machine, verb
from koinon.network import notices, rules
from koinon.network.actions import applications, mandates, organisations, turns
from koinon.network.models import Application, FormVersion, Network, Organisation

WRITABLE = ("draft", "returned")
SHARED = "network.draft"
"""The purpose of links that let a colleague write with the others."""
SHARED_FOR = timedelta(days=7)


class Overtaken(ValidationError):  # noqa: N818  (it reads as a sentence: raise Overtaken)
    """Somebody else answered meanwhile; `theirs`: question -> the stored answer that the writer did not see."""

    def __init__(self, theirs: Mapping[str, Any]) -> None:
        super().__init__(_("Somebody else answered this meanwhile."), code="overtaken")
        self.theirs = dict(theirs)


@verb("network.application_begun", rule=rules.may_apply)
def begin(
    *, by: Actor, network: Network, organisation: Organisation, applicant: Person, language: str = "en"
) -> Application:
    """A draft that everybody writes who speaks for the organisation, on the form that is published now."""
    applications.check_free(network, organisation)
    return _made(network, organisation, applicant, language)


@verb("network.first_application_begun", rule=rules.may_register)
def begin_new(*, by: Actor, network: Network, applicant: Person, facts: Mapping[str, Any]) -> Application:
    """Register an organisation (`facts`: see organisations.register) and begin its draft: all of it or nothing."""
    organisation = organisations.register(by=by, **facts)
    return _made(network, organisation, applicant, organisation.language)


@verb("network.answered", rule=rules.may_change_application)
def answer(
    *, by: Actor, application: Application, said: Mapping[str, tuple[Any, int]]
) -> tuple[Application, dict[str, Any]]:
    """Answers of the draft: question -> (value, the revision that the writer saw). Gives those overtaken by others.

    Never touches answers to other questions. Raises Overtaken when nothing could be saved because somebody else
    answered meanwhile, ValidationError when the draft was handed in or moved to another version.
    """
    theirs = {}
    for key, (value, seen) in said.items():
        put = _put(by, application, key, value, seen)
        if not put.is_saved:
            theirs[key] = put.theirs
    if len(theirs) == len(said):
        raise Overtaken(theirs)
    return application, theirs


@verb("network.application_version_changed", rule=rules.may_change_application)
def move_to_version(*, by: Actor, application: Application, version: FormVersion) -> tuple[Application, list[Any]]:
    """Take a draft over to the version that is published now; what cannot come along is kept in a note, as text."""
    row, old_version = _locked(application)
    if version.form_id != old_version.form_id or version.state != "published" or version.pk == row.version_id:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    carried = questions.carry(old_version.schema, version.schema, questions.values_of(row.answers), by.language)
    stored = {}
    for key, value in carried.values.items():
        old = row.answers[key]
        stored[key] = old if old["value"] == value else {**old, "value": value, "revision": old["revision"] + 1}
    lost = [{"label": each.label, "text": each.text, "why": str(each.why)} for each in carried.lost]
    row.version, row.answers, row.lost = version, stored, [*row.lost, *lost]
    row.save(update_fields=["version", "answers", "lost"])
    application.version, application.answers, application.lost = row.version, row.answers, row.lost
    return application, carried.lost


@verb("network.application_note_read", rule=rules.may_change_application)
def forget_lost(*, by: Actor, application: Application) -> Application:
    """The note of what could not come along is done with."""
    application.lost = []
    application.save(update_fields=["lost"])
    return application


@verb("network.application_sent", rule=rules.may_change_application, then=notices.applied)
def send(*, by: Actor, application: Application) -> Application:
    """Hand the draft in, complete; raises ValidationError that says how much is still missing."""
    row, version = _locked(application)
    lacks = questions.check(version.schema, questions.values_of(row.answers), row.language)
    if lacks:
        message = ngettext("%(count)s answer is still to be put right.", "%(count)s answers are still to be put right.",
                           len(lacks))  # fmt: skip
        raise ValidationError(message % {"count": len(lacks)})
    applications.hand_in(row)
    return row


def _put(by: Actor, application: Application, key: str, value: Any, seen: int) -> questions.drafts.Put:
    if application.version is None or questions.find(application.version.schema, key) is None:
        raise ValidationError(_("This question is not asked any more."))
    rows = Application.objects.filter(state__in=WRITABLE, version=application.version)
    before = application.answers.get(key) or {}
    put = questions.drafts.put(rows, pk=application.pk, key=key, value=value, seen=seen, by=by.person)
    if put.is_saved:
        application.answers = {**application.answers, key: put.answer}
        if before.get("revision", 0) == seen:
            _forget_file(before.get("value"), put.answer["value"])
    return put


@verb("network.draft_joined", rule=rules.may_join)
def join(*, by: Actor, application: Application, person: Person, link: links.Link) -> Application:
    """A colleague who got the link writes from now on, as deputy; the link works once."""
    if application.state not in WRITABLE:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    if not is_shared(application, link):
        raise ValidationError(_("This link has expired. Ask for a new one."))
    links.use(link)
    organisation = application.organisation
    if by.person != person.pk or rules.speaks_for(by=by, organisation=organisation):
        raise ValidationError(_("You speak for this organisation already."))
    with translation.override(application.language):
        decision = _("Invited to write the application to %(network)s") % {"network": application.network}
    clerk = machine("draft")
    mandates.appoint(by=clerk, organisation=organisation, person=person, role="deputy", decision=decision)
    return application


def is_shared(application: Application, link: links.Link) -> bool:
    """Whether who made the link may still share the draft today: with a mandate its links end."""
    sharer = Person.objects.filter(pk=link.facts.get("by") or NOBODY, is_active=True).first()
    return sharer is not None and rules.may_share(by=actor_of(person=sharer), application=application)


def keep(by: Actor, application: Application, file: Any, question: Mapping[str, Any]) -> Upload:
    """Keep a file that answers a question: a letter as PDF or photo, elsewhere a spreadsheet too.

    Its scope is the application, in which nobody holds a role: only the application's own page hands it out.
    """
    try:
        return files.keep_document(file=file, person=by.person, scope=application.pk)
    except ValidationError:
        if question["kind"] == "signature":
            raise
    file.seek(0)
    try:
        return files.keep_sheet(file=file, person=by.person, scope=application.pk)
    except ValidationError as problem:
        raise ValidationError(_("Please choose a PDF, a picture or a spreadsheet.")) from problem


def _made(network: Network, organisation: Organisation, applicant: Person, language: str) -> Application:
    version = FormVersion.objects.filter(form__network=network, form__purpose="application", state="published").first()
    if version is None:
        raise ValidationError(_("This network has no application form now."))
    return Application.objects.create(
        network=network,
        organisation=organisation,
        applicant=applicant,
        state="draft",
        turn="applicant",
        version=version,
        language=language,
        remind_on=turns.draft_reminder(),
    )


def _locked(application: Application) -> tuple[Application, FormVersion]:
    """The draft as it stands, locked, with its version, so that no answer comes in while it is moved or handed in."""
    rows = Application.objects.select_for_update(of=["self"]).filter(pk=application.pk, state__in=WRITABLE)
    row = rows.exclude(version=None).select_related("version__form", "network", "organisation").first()
    if row is None or row.version is None:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return row, row.version


def _forget_file(before: Any, after: Any) -> None:
    """A file that was replaced or taken away is not kept."""
    old = before.get("upload") if isinstance(before, dict) else None
    if old and old != (after or {}).get("upload"):
        upload = Upload.objects.filter(pk=old).first()
        if upload is not None:
            files.drop(upload)
