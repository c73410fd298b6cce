"""What the head of each page shows of the person: account links, the organisation acted for. Asked only when shown."""

from functools import cached_property, lru_cache
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from koinon.accounts.seams import account_links, acting_choices, my_places
from koinon.kit.addresses import to


class Account:
    """The choices of one request: one query at most, none for visitors."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def choices(self) -> list[Any]:
        me = self.request.me  # type: ignore[attr-defined]
        return [choice for lent in acting_choices.gather(me) for choice in lent] if me.is_known else []

    @cached_property
    def acting(self) -> Any:
        wanted = self.request.me.acting_for  # type: ignore[attr-defined]
        return next((choice for choice in self.choices if choice.pk == wanted), None) if wanted else None

    @cached_property
    def nav(self) -> list[dict[str, Any]]:
        """The way from one's own pages back to the networks; pages of a network bring their own."""
        here = self.request.path
        rows = [(_("Your desk"), to("accounts:desk"))]
        rows += [place for lent in my_places.gather(self.request.me) for place in lent]  # type: ignore[attr-defined]
        return [{"label": label, "url": url, "current": url == here} for label, url in rows]


def account(request: HttpRequest) -> dict[str, Any]:
    """Context processor; visitors cost nothing."""
    if not hasattr(request, "me") or not request.user.is_authenticated:
        return {}
    mine, (first, last) = Account(request), _ours(get_language() or "en")
    return {
        "acting": SimpleLazyObject(lambda: mine.acting),
        "acting_choices": SimpleLazyObject(lambda: mine.choices),
        "nav": SimpleLazyObject(lambda: mine.nav),
        "acting_url": to("accounts:act"),
        "account_links": [
            *first,
            *({"url": url, "label": label} for lent in account_links.gather(request.me) for label, url in lent),
            *last,
        ],
    }


@lru_cache(maxsize=64)
def _ours(_language: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The links that everybody has, before and after those that apps above lend."""
    last = [
        {"url": to("accounts:calendar"), "label": _("Calendar")},
        {"url": to("accounts:profile"), "label": _("Profile")},
        {"url": to("accounts:notices"), "label": _("Notices")},
        {"url": to("accounts:security"), "label": _("Sign-in and security")},
        {"url": to("accounts:data"), "label": _("My data")},
    ]
    return [{"url": to("accounts:desk"), "label": _("Your desk")}], last
