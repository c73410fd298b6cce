"""Achievements of an organisation: written, changed, given a picture, taken out of use."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import files, prose
from koinon.kit.templatetags.kit import ACCENTS
from koinon.kit.verbs import Actor, verb
from koinon.learning.engine.badges import art
from koinon.learning.models import Achievement, BadgeArt, Competence, Course
from koinon.learning.rules import credentials as rules
from koinon.learning.rules.courses import owns
from koinon.network.models import Network, Organisation

NAME, DESCRIPTION, CRITERIA, MOST_MONTHS = 120, 1000, 2000, 600
NOT_YOURS = gettext_lazy("Only who speaks for the organisation may give badges in its name.")
_TEXTS = {"names": NAME, "descriptions": DESCRIPTION, "criteria": CRITERIA}
_FACTS = ("network", "course", "is_automatic", "for_facilitators", "months", "accent")

Texts = Mapping[str, str]


@verb("learning.achievement_made", rule=owns, refusal=NOT_YOURS)
def create(
    *, by: Actor, organisation: Organisation, names: Texts, criteria: Texts, language: str,
    descriptions: Texts | None = None, network: Network | None = None, course: Course | None = None,
    competences: Iterable[Competence] = (), is_automatic: bool = False, for_facilitators: bool = False,
    months: int | None = None, accent: str = "", kind: str = "Badge", picture: UploadedFile | None = None,
    is_demo: bool = False,
) -> Achievement:  # fmt: skip
    """What a badge is given for. Texts: language -> words; those in `language`, the original, must be there."""
    made = Achievement(
        organisation=organisation, names=_said(names, NAME), criteria=_said(criteria, CRITERIA), language=language,
        descriptions=_said(descriptions or {}, DESCRIPTION), network=network, course=course, is_automatic=is_automatic,
        for_facilitators=for_facilitators, months=months, accent=accent or _accent(names), kind=kind, is_demo=is_demo,
    )  # fmt: skip
    _check(made)
    made.save(force_insert=True)
    made.competences.set(_allowed(competences, organisation))
    draw(made, picture)
    return made


@verb("learning.achievement_changed", rule=rules.gives_badges, refusal=NOT_YOURS)
def edit(
    *, by: Actor, achievement: Achievement, competences: Iterable[Competence] | None = None,
    picture: UploadedFile | None = None, takes_picture_off: bool = False, **changes: Any,
) -> Achievement:  # fmt: skip
    """Change what is given. Badges that were given stay as they were signed."""
    if unknown := set(changes) - {*_TEXTS, *_FACTS}:
        raise TypeError(f"an achievement has no {', '.join(sorted(unknown))}")
    for name, value in changes.items():
        setattr(achievement, name, _said(value, _TEXTS[name]) if name in _TEXTS else value)
    _check(achievement)
    achievement.save()
    if competences is not None:
        achievement.competences.set(_allowed(competences, achievement.organisation))
    latest = art_of(achievement)
    if picture or takes_picture_off or latest is None or not latest.is_own:
        draw(achievement, picture)
    return achievement


@verb("learning.achievement_retired", rule=rules.gives_badges, refusal=NOT_YOURS)
def retire(*, by: Actor, achievement: Achievement) -> Achievement:
    """Nobody gets it any more; who has it keeps it."""
    achievement.is_retired = True
    achievement.save(update_fields=["is_retired"])
    return achievement


@verb("learning.achievement_offered", rule=rules.gives_badges, refusal=NOT_YOURS)
def bring_back(*, by: Actor, achievement: Achievement) -> Achievement:
    """It can be given again."""
    achievement.is_retired = False
    achievement.save(update_fields=["is_retired"])
    return achievement


def art_of(achievement: Achievement) -> BadgeArt | None:
    """The picture of today."""
    return BadgeArt.objects.filter(achievement=achievement).order_by("-pk").first()


def draw(achievement: Achievement, picture: UploadedFile | None) -> BadgeArt:
    """The picture as badges will name it; another row only when it is another picture."""
    title = str(achievement)
    if picture is not None:
        kept = files.keep_image(file=picture, alt=title, person=None)
        png, svg = art.of_picture(files.path_of(kept).read_bytes(), title)
        files.drop(kept)
    else:
        letters = art.initials(title)
        png, svg = art.png(letters, achievement.accent), art.svg(letters, achievement.accent, title)
    latest = art_of(achievement)
    if latest is not None and latest.svg == svg and latest.is_own == (picture is not None):
        return latest
    return BadgeArt.objects.create(
        achievement=achievement, png=png, svg=svg, is_own=picture is not None, captions=dict(achievement.names)
    )


def _check(row: Achievement) -> None:
    if not row.names.get(row.language):
        raise ValidationError({"name": [_("Please write a few words.")]})
    if not row.criteria.get(row.language):
        raise ValidationError({"criterion": [_("Please say what somebody has to do for this badge.")]})
    if row.accent not in ACCENTS:
        raise ValidationError({"accent": [_("Please choose one of the list.")]})
    if row.months is not None and not 1 <= row.months <= MOST_MONTHS:
        raise ValidationError({"months": [_("Please give a number of months between 1 and 600, or none.")]})
    if row.is_automatic and row.course is None:
        raise ValidationError({"course": [_("Please choose the course that somebody has to finish.")]})
    if row.course is not None and not _is_ours(row.course, row.organisation):
        raise ValidationError({"course": [_("Please choose one of the list.")]})


def _is_ours(course: Course, organisation: Organisation) -> bool:
    """Only for a course it owns or teaches: nobody hangs badges on the courses of others."""
    return course.organisation_id == organisation.pk or course.runs.filter(organisation=organisation).exists()


def _allowed(competences: Iterable[Competence], organisation: Organisation) -> list[Competence]:
    """Of frameworks that are everybody's or the organisation's own."""
    return [each for each in competences if each.framework.organisation_id in (None, organisation.pk)]


def _said(texts: Texts, most: int) -> dict[str, str]:
    said = {language: prose.clean(text).strip()[:most] for language, text in texts.items()}
    return {language: text for language, text in said.items() if text}


def _accent(names: Texts) -> str:
    return ACCENTS[sum(map(ord, "".join(names.values()))) % len(ACCENTS)]
