"""How a learner's pages say where somebody stands."""

from datetime import date
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from koinon.kit.templatetags.kit import state as state_tag

register = template.Library()

STATES: dict[str, tuple[Any, str]] = {
    "done": (gettext_lazy("Done"), "good"),
    "waiting": (gettext_lazy("Being looked at"), "waiting"),
    "under_way": (gettext_lazy("Begun"), "accent"),
    "not_started": (gettext_lazy("Not begun"), "plain"),
}


@register.simple_tag
def standing(state: str) -> SafeString:
    """A state of engine.progress as a word with a point."""
    label, tone = STATES.get(state, STATES["not_started"])
    return state_tag(str(label), tone)


@register.simple_tag
def said_in(language: str) -> SafeString:
    """lang="…" for a part in another language than the page; nothing for the same."""
    own = (get_language() or "en")[:2]
    return SafeString(f' lang="{language}"') if language and language != own and language.isalnum() else SafeString("")


@register.simple_tag
def right(is_right: bool | None) -> SafeString:
    """Whether an answer was right, in a word; nothing when nothing is said."""
    if is_right is None:
        return SafeString("")
    return state_tag(_("Right"), "good") if is_right else state_tag(_("Not right"), "bad")


@register.filter
def is_late(day: date | None) -> bool:
    return day is not None and day < date.today()
