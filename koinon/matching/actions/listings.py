"""Offers and needs: written, changed, paused, closed with an outcome, renewed, expired."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit import links, prose
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.kit.vocabularies import countries, eurovoc
from koinon.matching import notices, rules
from koinon.matching.actions import changes
from koinon.matching.models import LISTING_STEPS, Listing
from koinon.network.models import Kind, Network, Organisation

TITLE, TEXT, SHORT = 160, 5000, 200
LONGEST_LIFE = timedelta(days=366)
RENEWED_FOR = timedelta(days=90)
REMIND_BEFORE = timedelta(days=7)
MOST_THEMES = 8

NOT_YOURS = gettext_lazy("Only those who speak for this organisation may do this.")
NOT_MEMBER = gettext_lazy("Only those who speak for a member of this network may write its offers and needs.")


@verb("matching.posted", rule=rules.may_post, refusal=NOT_MEMBER)
def post(
    *,
    by: Actor,
    network: Network,
    organisation: Organisation,
    side: str,
    kind: str,
    language: str,
    title: str,
    text: str,
    until: date,
    author: Person | None = None,
    is_demo: bool = False,
    **more: Any,
) -> Listing:
    """An organisation says what it offers or needs, so that others find it. `more` as in `edit`."""
    facts = {"title": title, "text": text, "kind": kind, "language": language, "until": until, **more}
    listing = Listing(network=network, organisation=organisation, side=side, author=author, is_demo=is_demo)
    if side not in Listing.Side.values:
        raise ValidationError({"side": [_("Please choose one of the list.")]})
    _write(listing, facts)
    listing.save(force_insert=True)
    changes.listing_changed(listing)
    return listing


@verb("matching.edited", rule=rules.may_edit, refusal=NOT_YOURS)
def edit(*, by: Actor, listing: Listing, **facts: Any) -> Listing:
    """Change what is given: title, text, kind, language, until, for_whom, role, partner_kinds, partner_size, countries,
    themes, languages, reply_cap. The network, the organisation and the side stay."""
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    if listing.state not in ("open", "paused"):
        raise ValidationError(_("This is closed. Renew it first."))
    if facts.get("reply_cap") and facts["reply_cap"] < listing.replies_taken:
        taken = {"number": listing.replies_taken}
        raise ValidationError({"reply_cap": [_("There are %(number)s replies already.") % taken]})
    _write(listing, facts)
    listing.save()
    changes.listing_changed(listing)
    return listing


@verb("matching.paused", rule=rules.may_stop, refusal=NOT_YOURS, then=notices.stopped)
def pause(*, by: Actor, listing: Listing) -> Listing:
    """Out of the lists for a while, with everything kept."""
    return _move(listing, "paused")


@verb("matching.resumed", rule=rules.may_reopen, refusal=NOT_YOURS)
def resume(*, by: Actor, listing: Listing) -> Listing:
    """Back into the lists."""
    if listing.until < date.today():
        raise ValidationError(_("Its last day has passed: renew it instead."))
    return _move(listing, "open")


@verb("matching.closed", rule=rules.may_stop, refusal=NOT_YOURS, then=notices.stopped)
def close(*, by: Actor, listing: Listing, outcome: str = "") -> Listing:
    """It is over; what came of it helps the next ones."""
    return _move(listing, "closed", outcome=prose.line(outcome)[:300])


@verb("matching.renewed", rule=rules.may_reopen, refusal=NOT_YOURS)
def renew(*, by: Actor, listing: Listing, until: date | None = None) -> Listing:
    """Valid until another day (default: 90 days from today), open again."""
    day = _day(until or date.today() + RENEWED_FOR)
    if listing.state == "open":
        Listing.objects.filter(pk=listing.pk).update(until=day, reminded_on=None)
        listing.until = day
        changes.listing_changed(listing)
        return listing
    return _move(listing, "open", until=day, outcome="", reminded_on=None)


@verb("matching.renewed_by_link", rule=rules.may_reopen, refusal=NOT_YOURS)
def renew_by_link(*, by: Actor, listing: Listing, link: links.Link) -> Listing:
    """The same by one tap from a letter, once; the letter went to somebody who speaks for the organisation."""
    links.use(link)
    return renew(by=by, listing=listing)


@verb("matching.expired", rule=only_machine, then=notices.expired)
def expire(*, by: Actor, listing: Listing) -> Listing:
    """Its last day has passed; one tap renews it."""
    return _move(listing, "expired")


@verb("matching.reminded", rule=only_machine, then=notices.expiring)
def remind(*, by: Actor, listing: Listing) -> Listing:
    """Seven days before its last day its owners get a letter with a link that renews it."""
    Listing.objects.filter(pk=listing.pk).update(reminded_on=date.today())
    return listing


def _move(listing: Listing, state: str, **facts: Any) -> Listing:
    LISTING_STEPS.move(listing, state, **facts)
    changes.listing_changed(listing)
    return listing


def _write(listing: Listing, facts: dict[str, Any]) -> None:
    """Put cleaned facts on the row; faults are said beside their field."""
    faults: dict[str, list[str]] = {}
    for name, value in facts.items():
        if name not in _CLEAN:
            raise TypeError(f"a listing has no {name} to write")
        try:
            setattr(listing, name, _CLEAN[name](value))
        except ValidationError as fault:
            faults[name] = fault.messages
    if faults:
        raise ValidationError(faults)
    listing.text_html = prose.html_of(listing.text)
    if "until" in facts:
        listing.reminded_on = None


def _said(limit: int, *, is_line: bool = True, is_needed: bool = False) -> Any:
    def clean(text: str) -> str:
        said = prose.line(text) if is_line else prose.clean(text)
        if is_needed and not said:
            raise ValidationError(_("Please write a few words."))
        if len(said) > limit:
            raise ValidationError(_("At most %(limit)s signs, please.") % {"limit": limit})
        return said

    return clean


def _one_of(values: Any) -> Any:
    def clean(value: str) -> str:
        if value not in values():
            raise ValidationError(_("Please choose one of the list."))
        return value

    return clean


def _some_of(values: Any, most: int = 40) -> Any:
    def clean(chosen: Any) -> list[str]:
        known = values()
        kept = list(dict.fromkeys(str(each) for each in chosen or ()))
        if len(kept) > most or not all(each in known for each in kept):
            raise ValidationError(_("Please choose at most %(limit)s of the list.") % {"limit": most})
        return kept

    return clean


def _themes(chosen: Any) -> list[str]:
    kept = list(dict.fromkeys(str(each) for each in chosen or ()))
    if len(kept) > MOST_THEMES or not all(eurovoc.concept(each) for each in kept):
        raise ValidationError(_("Please choose at most %(limit)s of the list.") % {"limit": MOST_THEMES})
    return kept


def _day(day: date) -> date:
    if day < date.today():
        raise ValidationError(_("Please choose a day in the future."))
    if day > date.today() + LONGEST_LIFE:
        raise ValidationError(_("At most a year ahead, please: it can be renewed then."))
    return day


def _cap(number: int) -> int:
    if not 1 <= int(number) <= 50:
        raise ValidationError(_("Between 1 and 50, please."))
    return int(number)


_CLEAN: dict[str, Any] = {
    "title": _said(TITLE, is_needed=True),
    "text": _said(TEXT, is_line=False, is_needed=True),
    "kind": _one_of(lambda: Listing.Kind.values),
    "language": _one_of(countries.language_codes),
    "until": _day,
    "for_whom": _said(SHORT),
    "role": _said(SHORT),
    "partner_kinds": _some_of(lambda: Kind.values),
    "partner_size": _said(8),
    "countries": _some_of(countries.country_codes),
    "themes": _themes,
    "languages": _some_of(countries.language_codes),
    "reply_cap": _cap,
}
