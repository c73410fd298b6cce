"""Letters about badges: given, taken back and why, and endorsements that others are asked for."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koinon.accounts.notices import tell_all
from koinon.kit.verbs import Actor
from koinon.learning.models import Achievement, Award, BadgeEndorsement
from koinon.network.models import Organisation, name_in
from koinon.network.queries import speakers_of

KINDS: list[tuple[str, Any, str]] = [
    ("learning.badge", _("Badges given to me"), "now"),
    ("learning.endorsement", _("Endorsements of badges"), "now"),
]


def given(*, by: Actor, result: Award) -> None:
    _tell(
        result, title=_("You received a badge: %(badge)s"),
        text=_(
            "%(organisation)s gave it to you. It is yours to keep, to show and to take along; it is valid outside of "
            "this site as well."
        ),
    )  # fmt: skip


def suspended(*, by: Actor, result: Award) -> None:
    _tell(
        result, title=_("Your badge “%(badge)s” was suspended"),
        text=_("%(organisation)s gives this reason: %(why)s\n\nIt is not valid until it is lifted."),
    )  # fmt: skip


def lifted(*, by: Actor, result: Award) -> None:
    _tell(
        result, title=_("Your badge “%(badge)s” is valid again"),
        text=_("%(organisation)s gives this reason: %(why)s"),
    )  # fmt: skip


def revoked(*, by: Actor, result: Award) -> None:
    _tell(
        result, title=_("Your badge “%(badge)s” was revoked"),
        text=_("%(organisation)s gives this reason: %(why)s\n\nIt is not valid any more."),
    )  # fmt: skip


def endorsement_asked(*, by: Actor, result: BadgeEndorsement) -> None:
    tell_all(
        people=speakers_of(result.organisation_id),
        kind="learning.endorsement",
        title=_("%(organisation)s asks you to endorse a badge"),
        text=_("“%(badge)s”\n\n%(message)s\n\nIt is your turn: read what it stands for, then endorse it or decline."),
        facts={**_facts(result.achievement), "message": result.message},
        address=reverse("learning:endorsement", args=[result.pk]),
        action=_("Read and answer"),
    )


def endorsement_answered(*, by: Actor, result: BadgeEndorsement) -> None:
    is_given, achievement = result.state == "given", result.achievement
    tell_all(
        people=speakers_of(result.achievement.organisation_id),
        kind="learning.endorsement",
        title=_("%(other)s endorses your badge “%(badge)s”") if is_given
        else _("%(other)s does not endorse your badge “%(badge)s”"),
        text=_("%(words)s\n\nBadges that you give from now on carry it.") if is_given else _("%(words)s"),
        facts={**_facts(achievement), "other": _named(result.organisation), "words": result.words},
        address=reverse("learning:achievement_desk", args=[achievement.organisation.slug, achievement.pk]),
        action=_("Open the badge"),
    )  # fmt: skip


def _tell(award: Award, *, title: Any, text: Any) -> None:
    if award.person is None:
        return
    tell_all(
        people=[award.person], kind="learning.badge", title=title, text=text,
        facts={**_facts(award.achievement), "why": award.why},
        address=reverse("learning:badge", args=[award.pk]), action=_("Open my badge"),
    )  # fmt: skip


def _facts(achievement: Achievement) -> dict[str, Any]:
    def badge(language: str) -> str:
        return name_in(achievement.names, achievement.language, language)

    return {"badge": badge, "organisation": _named(achievement.organisation)}


def _named(organisation: Organisation) -> Callable[[str], str]:
    return lambda language: name_in(organisation.names, organisation.language, language)
