"""Carrying it out: begun, paused, told in check-ins with photos, reflected on; the supervisor answers and accepts."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import files, prose
from koinon.kit.models import Upload
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.projects.actions.plans import NOT_LEAD, NOT_RUN, NOT_TEAM
from koinon.projects.models import PROJECT_STEPS, REFLECTION_STEPS, SHOWN, CheckIn, Project, ProjectPhoto, Reflection
from koinon.projects.notices import doing as notices
from koinon.projects.rules import calls, plans

NOT_SUPERVISOR = gettext_lazy("Only the supervisor may do this, or who runs the call, and nobody of the team.")
TO_REFLECT, TO_READ = timedelta(days=21), timedelta(days=14)
TEXT = 4000
MOST_PHOTOS = 6


@verb("projects.conditions_met", rule=plans.on_team, refusal=NOT_TEAM, then=notices.conditions_met)
def meet_conditions(*, by: Actor, project: Project, words: str) -> Project:
    """The team says how the conditions are met; who runs the call answers."""
    if project.state != "conditional":
        raise ValidationError(_("This is no longer possible: it has moved on."))
    project.conditions_met = prose.said(words, "words", TEXT, is_needed=True)
    until = date.today() + TO_READ
    Project.objects.filter(pk=project.pk, state="conditional").update(
        conditions_met=project.conditions_met, due_on=until, moved_at=timezone.now(), nudged_on=None
    )
    return project


@verb("projects.conditions_settled", rule=calls.may_choose, refusal=NOT_RUN, then=notices.conditions_settled)
def settle_conditions(*, by: Actor, project: Project, is_met: bool, why: str = "") -> Project:
    """They are met, and the plan is approved; or not, and the team is told why."""
    if project.state != "conditional" or (not project.conditions_met and is_met):
        raise ValidationError(_("The team has not yet said how the conditions are met."))
    said = prose.said(why, "why", 500, is_needed=not is_met)
    state = "approved" if is_met else "rejected"
    PROJECT_STEPS.move(project, state, moved_at=timezone.now(), due_on=None, why=said)
    return project


@verb("projects.started", rule=plans.leads, refusal=NOT_LEAD, then=notices.started)
def start(*, by: Actor, project: Project) -> Project:
    """The team begins; somebody accompanies it from the first day."""
    if project.supervisor is None:
        raise ValidationError(_("Who runs the call names your supervisor first."))
    if project.ends_on is None or project.ends_on < date.today():
        raise ValidationError(_("The last day of your plan has passed: ask who runs the call for other days."))
    PROJECT_STEPS.move(project, "running", moved_at=timezone.now(), nudged_on=None)
    return project


@verb("projects.days_moved", rule=plans.supervises, refusal=NOT_SUPERVISOR, then=notices.days_moved)
def move_days(*, by: Actor, project: Project, ends_on: date) -> Project:
    """Another last day, agreed with the supervisor."""
    if project.state not in ("approved", "running", "suspended"):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    if ends_on < date.today():
        raise ValidationError({"ends_on": [_("Please give a day that is still to come.")]})
    starts_on = min(project.starts_on or ends_on, ends_on)
    Project.objects.filter(pk=project.pk).update(ends_on=ends_on, starts_on=starts_on, nudged_on=None)
    project.ends_on = ends_on
    return project


@verb("projects.paused", rule=plans.may_pause, refusal=NOT_LEAD, then=notices.paused)
def pause(*, by: Actor, project: Project, why: str) -> Project:
    """Something is in the way; words say what. The last day moves by as long as the pause lasts."""
    said = prose.said(why, "why", 500, is_needed=True, is_line=True)
    PROJECT_STEPS.move(project, "suspended", moved_at=timezone.now(), why=said)
    return project


@verb("projects.resumed", rule=plans.may_pause, refusal=NOT_LEAD, then=notices.resumed)
def resume(*, by: Actor, project: Project) -> Project:
    """It goes on; the time that the pause took is given back at the end."""
    lost = timezone.now().date() - project.moved_at.date()
    ends_on = project.ends_on + lost if project.ends_on is not None else None
    PROJECT_STEPS.move(project, "running", moved_at=timezone.now(), why="", ends_on=ends_on, nudged_on=None)
    return project


@verb(
    "projects.checked_in", rule=plans.on_team, refusal=NOT_TEAM, then=notices.checked_in,
    counts=lambda row: {"reached": float(row.reached)},
)  # fmt: skip
def check_in(
    *, by: Actor, project: Project, mood: str, text: str, language: str, reached: int = 0,
    photos: Sequence[tuple[UploadedFile, str, bool]] = (),
) -> CheckIn:  # fmt: skip
    """How it goes; photos are (file, words for who cannot see it, whether everybody in it agreed to show it)."""
    if project.state not in ("running", "suspended", "closing"):
        raise ValidationError(_("Check-ins are written while the plan is carried out."))
    if mood not in CheckIn.Mood.values:
        raise ValidationError({"mood": [_("Please choose one of the list.")]})
    if len(photos) > MOST_PHOTOS:
        raise ValidationError({"photo": [_("At most %(most)s photos.") % {"most": MOST_PHOTOS}]})
    row = CheckIn.objects.create(
        project=project, person_id=by.person, mood=mood, language=language, reached=max(0, reached),
        text=prose.said(text, "text", TEXT, is_needed=True),
    )  # fmt: skip
    for file, alt, is_public in photos:
        said = prose.said(alt, "alt", 300, is_needed=True, is_line=True)
        upload = _picture(file, said, "photo")
        ProjectPhoto.objects.create(check_in=row, upload=upload, alt=said, is_public=is_public)
    Project.objects.filter(pk=project.pk).update(nudged_on=None)
    return row


@verb("projects.photo_shown", rule=plans.shows_photo, refusal=NOT_TEAM)
def show_photo(*, by: Actor, photo: ProjectPhoto, is_public: bool) -> ProjectPhoto:
    """Shown to everybody, or no longer: somebody who agreed may change their mind at any time."""
    photo.is_public = is_public
    photo.save(update_fields=["is_public"])
    return photo


@verb("projects.photo_dropped", rule=plans.shows_photo, refusal=NOT_TEAM)
def drop_photo(*, by: Actor, photo: ProjectPhoto) -> CheckIn:
    """Gone, with its file."""
    row = photo.check_in
    files.drop(photo.upload)
    return row


@verb("projects.check_in_answered", rule=plans.may_answer, refusal=NOT_SUPERVISOR, then=notices.answered)
def answer(*, by: Actor, check_in: CheckIn, words: str) -> CheckIn:
    """The supervisor says what they think of it."""
    check_in.answer = prose.said(words, "words", TEXT, is_needed=True)
    check_in.answered_by_id, check_in.answered_at = by.person, timezone.now()
    check_in.save(update_fields=["answer", "answered_by", "answered_at"])
    return check_in


@verb("projects.reflection_due", rule=plans.on_team, refusal=NOT_TEAM, then=notices.reflection_due)
def finish(*, by: Actor, project: Project) -> Project:
    """The work is done, or its last day has passed: the reflection is due."""
    until = date.today() + TO_REFLECT
    PROJECT_STEPS.move(project, "closing", moved_at=timezone.now(), due_on=until, nudged_on=None)
    return project


@verb("projects.work_goes_on", rule=plans.supervises, refusal=NOT_SUPERVISOR)
def go_on(*, by: Actor, project: Project, ends_on: date) -> Project:
    """It was not the end after all."""
    if ends_on < date.today():
        raise ValidationError({"ends_on": [_("Please give a day that is still to come.")]})
    PROJECT_STEPS.move(project, "running", moved_at=timezone.now(), due_on=None, ends_on=ends_on, nudged_on=None)
    return project


@verb(
    "projects.reflected", rule=plans.on_team, refusal=NOT_TEAM, then=notices.reflected,
    counts=lambda row: {"reached": float(row.reached)},
)  # fmt: skip
def reflect(
    *, by: Actor, project: Project, came: str, hard: str, next: str, measured: str, reached: int, language: str
) -> Reflection:
    """What came of it, what was hard, what comes next; the supervisor reads it."""
    held = Project.objects.select_for_update().get(pk=project.pk)
    if held.state != "closing":
        raise ValidationError(_("The reflection is written at the end."))
    row = Reflection.objects.filter(project=held).first() or Reflection(project=held)
    if not row._state.adding and row.state != "returned":
        raise ValidationError(_("The reflection was handed in already."))
    said = {"came": came, "hard": hard, "next": next, "measured": measured}
    for name, text in said.items():
        setattr(row, name, prose.said(text, name, TEXT, is_needed=name == "came"))
    row.reached, row.language, row.person_id = max(0, reached), language, by.person
    row.state, row.moved_at = "handed_in", timezone.now()
    row.save()
    Project.objects.filter(pk=held.pk).update(due_on=date.today() + TO_READ, nudged_on=None)
    return row


@verb("projects.reflection_returned", rule=plans.supervises, refusal=NOT_SUPERVISOR, then=notices.reflection_returned)
def return_reflection(*, by: Actor, project: Project, why: str) -> Reflection:
    """Back to the team, with a question."""
    row = _handed_in(project)
    said = prose.said(why, "why", 1000, is_needed=True)
    REFLECTION_STEPS.move(row, "returned", why=said, moved_at=timezone.now())
    Project.objects.filter(pk=project.pk).update(due_on=date.today() + TO_READ, nudged_on=None)
    return row


@verb("projects.finished", rule=plans.supervises, refusal=NOT_SUPERVISOR, then=notices.finished)
def accept_reflection(*, by: Actor, project: Project) -> Project:
    """Accepted by the supervisor: the project is finished, and the team may show its result."""
    row = _handed_in(project)
    REFLECTION_STEPS.move(
        row, "accepted", moved_at=timezone.now(), accepted_by_id=by.person, accepted_at=timezone.now()
    )
    PROJECT_STEPS.move(project, "closed", moved_at=timezone.now(), due_on=None, nudged_on=None)
    return project


@verb("projects.result_shown", rule=plans.on_team, refusal=NOT_TEAM)
def show(
    *, by: Actor, project: Project, result: str, is_public: bool, picture: UploadedFile | None = None,
    picture_alt: str = "",
) -> Project:  # fmt: skip
    """The page that strangers may read, if the team wants it: no names of people stand there."""
    if project.state not in SHOWN:
        raise ValidationError(_("There is something to show when the plan is carried out."))
    said = prose.said(result, "result", 8000)
    facts: dict[str, Any] = {"result": said, "result_html": prose.html_of(said), "is_public": is_public}
    alt = prose.said(picture_alt, "picture_alt", 200, is_line=True)
    if picture is not None:
        if not alt:
            raise ValidationError({"picture_alt": [_("Say in a few words what can be seen.")]})
        facts["picture"] = _picture(picture, alt, "picture")
    if picture is not None or project.picture_id:
        facts["picture_alt"] = alt or project.picture_alt
    Project.objects.filter(pk=project.pk).update(**facts)
    project.refresh_from_db()
    return project


@verb("projects.archived", rule=only_machine)
def archive(*, by: Actor, project: Project) -> Project:
    """A year after its end it stands among what was."""
    PROJECT_STEPS.move(project, "archived", moved_at=timezone.now())
    return project


def _handed_in(project: Project) -> Reflection:
    row = Reflection.objects.select_for_update().filter(project=project, state="handed_in").first()
    if row is None:
        raise ValidationError(_("The team has not handed in its reflection yet."))
    return row


def _picture(file: UploadedFile, alt: str, field: str) -> Upload:
    """Kept for nobody in particular: only pages of the project give it away, to those who may see it today."""
    try:
        return files.keep_image(file=file, alt=alt, person=None)
    except ValidationError as problem:
        raise ValidationError({field: problem.messages}) from problem
