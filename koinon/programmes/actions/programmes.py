"""Programmes: opened as a draft, run, closed; what they ask of facilitators and what they aim at."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, verb
from koinon.learning.models import Course
from koinon.network.models import Network, Organisation
from koinon.programmes.models import PROGRAMME_STEPS, Programme
from koinon.programmes.rules import programmes as rules
from koinon.projects.actions.money import NEEDED, amount_of, currency_of

LARGEST = Decimal("9999999999.999")
NOT_YOURS = gettext_lazy("Only those who run this programme may do this.")
NUMBERS = (
    "evidence_needed", "practice_needed", "grant_months", "target_deliveries", "target_people", "most_generations",
)  # fmt: skip

conflict("programme_money_is_exact", "budget", NEEDED)
conflict("programme_ends_later", "ends_on", gettext_lazy("The last day is before the first one."))
conflict(
    "programme_is_sensible",
    "grant_months",
    gettext_lazy("A grant holds a month or longer, and there are 1 to 12 generations."),
)


@verb("programmes.opened", rule=rules.may_open, refusal=gettext_lazy("You do not speak for a member of this network."))
def create(
    *, by: Actor, organisation: Organisation, network: Network, name: str, language: str, starts_on: date,
    ends_on: date, funder: str = "", is_demo: bool = False,
) -> Programme:  # fmt: skip
    """A draft that only those who run it see."""
    title = prose.said(name, "name", 160, is_needed=True, is_line=True)
    return Programme.objects.create(
        organisation=organisation, network=network, slug=_slug(title), names={language: title}, language=language,
        languages=[language], starts_on=starts_on, ends_on=ends_on, funder=prose.said(funder, "funder", 200),
        is_demo=is_demo,
    )  # fmt: skip


@verb("programmes.changed", rule=rules.may_run, refusal=NOT_YOURS)
def edit(
    *, by: Actor, programme: Programme, name: str, about: str, languages: Sequence[str], funder: str, code: str,
    budget: Decimal | None, currency: str, starts_on: date, ends_on: date, course: Course | None, is_public: bool,
    numbers: dict[str, int],
) -> Programme:  # fmt: skip
    """What the programme is, in which languages, with whose money, what it asks for and aims at."""
    if course is not None and course.pk != programme.course_id and not _may_use(by, course):
        raise ValidationError({"course": [_("Please choose one of the list.")]})
    title = prose.said(name, "name", 160, is_needed=True, is_line=True)
    told = prose.said(about, "about", 10_000)
    facts: dict[str, Any] = {
        "names": {**programme.names, programme.language: title}, "about": told, "about_html": prose.html_of(told),
        "languages": [programme.language, *(each for each in languages if each != programme.language)],
        "funder": prose.said(funder, "funder", 200, is_line=True), "code": prose.said(code, "code", 80, is_line=True),
        "budget": None if budget is None else amount_of(budget, "budget", currency_of(currency), most=LARGEST),
        "currency": currency_of(currency), "starts_on": starts_on, "ends_on": ends_on, "course": course,
        "is_public": is_public, **{key: value for key, value in numbers.items() if key in NUMBERS},
    }  # fmt: skip
    Programme.objects.filter(pk=programme.pk).update(**facts)
    programme.refresh_from_db()
    return programme


@verb("programmes.started", rule=rules.may_run, refusal=NOT_YOURS)
def start(*, by: Actor, programme: Programme) -> Programme:
    """From now on people see it, qualify and deliver."""
    if programme.course_id is None and programme.practice_needed == 0:
        raise ValidationError(_("Say first what a facilitator needs: a course, or practice that somebody observes."))
    PROGRAMME_STEPS.move(programme, "running", moved_at=timezone.now())
    return programme


@verb("programmes.closed", rule=rules.may_run, refusal=NOT_YOURS)
def close(*, by: Actor, programme: Programme) -> Programme:
    """Nothing new begins; what was delivered stays."""
    PROGRAMME_STEPS.move(programme, "closed", moved_at=timezone.now())
    return programme


@verb("programmes.reopened", rule=rules.may_run, refusal=NOT_YOURS)
def reopen(*, by: Actor, programme: Programme) -> Programme:
    """It goes on after all."""
    PROGRAMME_STEPS.move(programme, "running", moved_at=timezone.now())
    return programme


def running(programme: Programme) -> None:
    """Raises ValidationError unless the programme goes on."""
    if not Programme.objects.filter(pk=programme.pk, state="running").exists():
        raise ValidationError(_("This programme does not run now."))


def _may_use(by: Actor, course: Course) -> bool:
    return by.is_machine or Course.objects.visible_to(by).filter(pk=course.pk, is_published=True).exists()


def _slug(title: str) -> str:
    stem = slugify(title)[:60] or "programme"
    taken = set(Programme.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(each for n in range(1, 10_000) if (each := stem if n == 1 else f"{stem}-{n}") not in taken)
