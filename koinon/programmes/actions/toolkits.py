"""The toolkit in versions: one draft that is written, published ones that stay; activities, translations, handouts."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import files, prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, verb
from koinon.programmes.actions.programmes import NOT_YOURS
from koinon.programmes.models import TOOLKIT_STEPS, Activity, Handout, Programme, Toolkit
from koinon.programmes.queries.toolkits import digest
from koinon.programmes.rules import programmes as rules

MOST = 100
LICENCES = {
    "CC-BY-SA-4.0": gettext_lazy("May be copied and changed: name us, share alike (CC BY-SA 4.0)"),
    "CC-BY-4.0": gettext_lazy("May be copied and changed: name us (CC BY 4.0)"),
    "CC0-1.0": gettext_lazy("May be used freely (CC0)"),
    "own": gettext_lazy("Ours: to print and give away, not to change"),
}

conflict("toolkit_one_draft", None, gettext_lazy("A new version is being written already."))
for _frozen in ("toolkit_stays", "activity_published_stays", "handout_published_stays", "toolkit_not_taken_away"):
    conflict(_frozen, None, gettext_lazy("A published version stays as it is. Begin a new one to change it."))


@verb("programmes.toolkit_begun", rule=rules.may_run, refusal=NOT_YOURS)
def begin(*, by: Actor, programme: Programme) -> Toolkit:
    """The next version: a copy of the newest one to change, or an empty first one."""
    Programme.objects.select_for_update().get(pk=programme.pk)
    old = programme.toolkits.filter(state="published").order_by("-number").first()
    number = (programme.toolkits.aggregate(most=Max("number"))["most"] or 0) + 1
    made = Toolkit.objects.create(programme=programme, number=number, by_id=by.person)
    for row in old.activities.order_by("order", "pk").prefetch_related("handouts") if old else []:
        leaf = Activity.objects.create(
            toolkit=made, key=row.key, language=row.language, texts=row.texts, minutes=row.minutes, order=row.order,
            group_size=row.group_size, materials=row.materials,
        )  # fmt: skip
        Handout.objects.bulk_create(
            Handout(
                activity=leaf, upload_id=each.upload_id, title=each.title, language=each.language,
                licence=each.licence, credit=each.credit,
            )
            for each in row.handouts.all()
        )  # fmt: skip
    return made


@verb("programmes.toolkit_published", rule=rules.may_write, refusal=NOT_YOURS)
def publish(*, by: Actor, toolkit: Toolkit, changes: str) -> Toolkit:
    """From now on deliveries use it; it stays as it is for ever, with what changed in words."""
    rows = list(toolkit.activities.all())
    if not rows:
        raise ValidationError(_("There is no activity in it yet."))
    is_first = not Toolkit.objects.filter(programme=toolkit.programme_id, state="published").exists()
    said = prose.said(changes, "changes", 4000, is_needed=not is_first)
    TOOLKIT_STEPS.move(toolkit, "published", published_at=timezone.now(), changes=said)
    return toolkit


@verb("programmes.toolkit_dropped", rule=rules.may_write, refusal=NOT_YOURS)
def drop(*, by: Actor, toolkit: Toolkit) -> Programme:
    """The draft is given up; published versions are untouched."""
    _draft(toolkit)
    programme = toolkit.programme
    toolkit.delete()
    return programme


@verb("programmes.activity_added", rule=rules.may_write, refusal=NOT_YOURS)
def add(
    *, by: Actor, toolkit: Toolkit, title: str, goal: str, text: str, minutes: int, group_size: str, materials: str,
    key: UUID | None = None,
) -> Activity:  # fmt: skip
    """One more, at the end, in the language of the programme."""
    _draft(toolkit)
    if toolkit.activities.count() >= MOST:
        raise ValidationError(_("At most %(most)s activities in a toolkit.") % {"most": MOST})
    last = toolkit.activities.aggregate(most=Max("order"))["most"]
    language = toolkit.programme.language
    facts: dict[str, Any] = {"key": key} if key else {}
    return Activity.objects.create(
        toolkit=toolkit, language=language, texts={language: _said(title, goal, text)}, minutes=_minutes(minutes),
        order=0 if last is None else last + 1, **_facts(group_size, materials), **facts,
    )  # fmt: skip


@verb("programmes.activity_written", rule=rules.may_write, refusal=NOT_YOURS)
def write(
    *, by: Actor, toolkit: Toolkit, activity: Activity, title: str, goal: str, text: str, minutes: int,
    group_size: str, materials: str,
) -> Activity:  # fmt: skip
    """The original changes: translations made from the older words are marked by that alone."""
    held = _of(toolkit, activity)
    held.texts = {**held.texts, held.language: _said(title, goal, text)}
    held.minutes = _minutes(minutes)
    for name, value in _facts(group_size, materials).items():
        setattr(held, name, value)
    held.save(update_fields=["texts", "minutes", "group_size", "materials"])
    return held


@verb("programmes.activity_translated", rule=rules.may_write, refusal=NOT_YOURS)
def translate(
    *, by: Actor, toolkit: Toolkit, activity: Activity, language: str, title: str, goal: str, text: str
) -> Activity:
    """The words of another language, made from the original as it is now."""
    held = _of(toolkit, activity)
    if language == held.language or language not in toolkit.programme.languages:
        raise ValidationError(_("The programme is not held in this language."))
    source = digest(held.texts.get(held.language, {}))
    held.texts = {**held.texts, language: {**_said(title, goal, text), "source": source}}
    held.save(update_fields=["texts"])
    return held


@verb("programmes.activity_moved", rule=rules.may_write, refusal=NOT_YOURS)
def move(*, by: Actor, toolkit: Toolkit, activity: Activity) -> Toolkit:
    """One place up."""
    _of(toolkit, activity)
    rows = list(toolkit.activities.order_by("order", "pk"))
    place = next(n for n, row in enumerate(rows) if row.pk == activity.pk)
    if place:
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    for number, row in enumerate(rows):
        row.order = number
    Activity.objects.bulk_update(rows, ["order"])
    return toolkit


@verb("programmes.activity_removed", rule=rules.may_write, refusal=NOT_YOURS)
def remove(*, by: Actor, toolkit: Toolkit, activity: Activity) -> Toolkit:
    """Out of the next version; older ones keep it."""
    held = _of(toolkit, activity)
    toolkit.activities.filter(order__gt=held.order).update(order=F("order") - 1)
    held.delete()
    return toolkit


@verb("programmes.handout_added", rule=rules.may_write, refusal=NOT_YOURS)
def hand_out(
    *, by: Actor, toolkit: Toolkit, activity: Activity, file: Any, title: str, language: str, licence: str, credit: str
) -> Handout:
    """A page to print and give away, with its terms; checked by what it holds, not by its name."""
    held = _of(toolkit, activity)
    if licence not in LICENCES:
        raise ValidationError({"licence": [_("Please choose one of the list.")]})
    if language not in toolkit.programme.languages:
        raise ValidationError({"language": [_("Please choose one of the list.")]})
    upload = files.keep_document(file=file, person=by.person, scope=toolkit.programme.network_id)
    return Handout.objects.create(
        activity=held, upload=upload, title=prose.said(title, "title", 160, is_needed=True, is_line=True),
        language=language, licence=licence, credit=prose.said(credit, "credit", 160, is_line=True),
    )  # fmt: skip


@verb("programmes.handout_removed", rule=rules.may_write, refusal=NOT_YOURS)
def take_back(*, by: Actor, toolkit: Toolkit, handout: Handout) -> Toolkit:
    """Out of the next version; the file stays as long as an older version has it."""
    _of(toolkit, handout.activity)
    upload = handout.upload
    handout.delete()
    if not Handout.objects.filter(upload=upload).exists():
        files.drop(upload)
    return toolkit


def _draft(toolkit: Toolkit) -> None:
    if not Toolkit.objects.select_for_update().filter(pk=toolkit.pk, state="draft").exists():
        raise ValidationError(_("A published version stays as it is. Begin a new one to change it."))


def _of(toolkit: Toolkit, activity: Activity) -> Activity:
    _draft(toolkit)
    held = Activity.objects.select_for_update().filter(toolkit=toolkit, pk=activity.pk).first()
    if held is None:
        raise ValidationError(_("This is no longer possible: it has moved on."))
    return held


def _said(title: str, goal: str, text: str) -> dict[str, str]:
    return {
        "title": prose.said(title, "title", 160, is_needed=True, is_line=True),
        "goal": prose.said(goal, "goal", 500),
        "text": prose.said(text, "text", 20_000, is_needed=True),
        "source": "",
    }


def _facts(group_size: str, materials: str) -> dict[str, str]:
    return {
        "group_size": prose.said(group_size, "group_size", 60, is_line=True),
        "materials": prose.said(materials, "materials", 300, is_line=True),
    }


def _minutes(said: int) -> int:
    if not 1 <= said <= 600:
        raise ValidationError({"minutes": [_("Between 1 and 600 minutes.")]})
    return said
