"""Offers and needs: written, handed in or published, changed, paused, renewed."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit import links, prose, questions
from koinon.kit.languages import texts
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.kit.vocabularies import countries, eurovoc
from koinon.kit.vocabularies.public_holidays import public_holidays
from koinon.matching import notices, rules
from koinon.matching.actions import changes
from koinon.matching.engine import days
from koinon.matching.models import LISTING_STEPS, Listing
from koinon.matching.models.listings import OVER
from koinon.matching.notices import calls as told
from koinon.matching.queries.calls import rules_of
from koinon.matching.rules import calls as call_rules
from koinon.network.models import Kind, Network, Organisation

TITLE, TEXT, SHORT = 160, 5000, 200
LONGEST_LIFE = timedelta(days=366)
RENEWED_FOR = timedelta(days=90)
REMIND_BEFORE = timedelta(days=7)
MOST_THEMES = 8
MOST_QUESTIONS = 6
PROMISE = 2
"""Working days within which coordinators answer a call that was handed in."""
EDITABLE = ("draft", "review", "open", "paused")

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
    is_draft: bool = False,
    **more: Any,
) -> Listing:
    """An organisation says what it offers or needs, so that others find it. `more` as in `edit`.

    It stays a draft when that is wished, or while the organisation owes a word on what came of an earlier call;
    where the network wants to look first, it goes to the coordinators; else it is open at once.
    """
    facts = {"title": title, "text": text, "kind": kind, "language": language, "until": until, **more}
    listing = Listing(network=network, organisation=organisation, side=side, author=author, is_demo=is_demo)
    if side not in Listing.Side.values:
        raise ValidationError({"side": [_("Please choose one of the list.")]})
    _write(listing, facts)
    listing.save(force_insert=True)
    if not is_draft and not _owes(by, listing):
        _publish(by, listing)
    return listing


@verb("matching.handed_in", rule=call_rules.may_publish, refusal=NOT_YOURS)
def publish(*, by: Actor, listing: Listing) -> Listing:
    """Out of the draft: into the lists, or to the coordinators where the network wants to look first."""
    if _owes(by, listing):
        raise ValidationError(_("First say what came of your earlier calls; it takes two taps each."), code="owing")
    _publish(by, listing)
    return listing


@verb("matching.taken_from_review", rule=rules.may_edit, refusal=NOT_YOURS)
def take_back(*, by: Actor, listing: Listing) -> Listing:
    """From the coordinators' desk back to a draft."""
    return move(listing, "draft")


@verb("matching.discarded", rule=rules.may_edit, refusal=NOT_YOURS)
def discard(*, by: Actor, listing: Listing) -> Listing:
    """A draft that is not wanted any more goes, with its translations."""
    if not Listing.objects.filter(pk=listing.pk, state="draft").delete()[0]:
        raise ValidationError(_("Only a draft can be thrown away. Close it instead."))
    texts.forget_row(listing)
    return listing


@verb("matching.edited", rule=rules.may_edit, refusal=NOT_YOURS)
def edit(*, by: Actor, listing: Listing, **facts: Any) -> Listing:
    """Change what is given: title, text, kind, language, until, for_whom, role, partner_kinds, partner_size, countries,
    themes, languages, reply_cap, only_these, is_service, takes_services, questions. Network, organisation and side
    stay."""
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    if listing.state not in EDITABLE:
        raise ValidationError(_("This is closed. Renew it first."))
    before = (listing.title, listing.text)
    if facts.get("reply_cap") and facts["reply_cap"] < listing.replies_taken:
        taken = {"number": listing.replies_taken}
        raise ValidationError({"reply_cap": [_("There are %(number)s replies already.") % taken]})
    _write(listing, facts)
    listing.save()
    changes.listing_changed(listing)
    if not by.is_machine and listing.is_open and before != (listing.title, listing.text):
        told.edited(listing)
    return listing


@verb("matching.paused", rule=rules.may_stop, refusal=NOT_YOURS, then=notices.stopped)
def pause(*, by: Actor, listing: Listing) -> Listing:
    """Out of the lists for a while, with everything kept."""
    return move(listing, "paused")


@verb("matching.resumed", rule=rules.may_reopen, refusal=NOT_YOURS)
def resume(*, by: Actor, listing: Listing) -> Listing:
    """Back into the lists; from choosing, too, when one more reply is wanted."""
    if listing.until < date.today():
        raise ValidationError(_("Its last day has passed: renew it instead."))
    if listing.state in OVER:
        raise ValidationError(_("It is over: renew it instead."))
    return move(listing, "open")


@verb("matching.renewed", rule=rules.may_reopen, refusal=NOT_YOURS)
def renew(*, by: Actor, listing: Listing, until: date | None = None) -> Listing:
    """Valid until another day (default: 90 days from today), open again; a call that was over begins anew."""
    day = _day(until or date.today() + RENEWED_FOR)
    if listing.state in ("draft", "review"):
        raise ValidationError(_("It has not been published yet."))
    if listing.state == "open":
        Listing.objects.filter(pk=listing.pk).update(until=day, reminded_on=None)
        listing.until = day
        changes.listing_changed(listing)
        return listing
    fresh = {"came": "", "outcome": "", "replies_taken": 0} if listing.state in OVER else {}
    if fresh:
        listing.partners.clear()
    return move(listing, "open", until=day, reminded_on=None, opened_at=timezone.now(), **fresh)


@verb("matching.renewed_by_link", rule=rules.may_reopen, refusal=NOT_YOURS)
def renew_by_link(*, by: Actor, listing: Listing, link: links.Link) -> Listing:
    """The same by one tap from a letter, once; the letter went to somebody who speaks for the organisation."""
    links.use(link)
    return renew(by=by, listing=listing)


@verb("matching.reminded", rule=only_machine, then=notices.expiring)
def remind(*, by: Actor, listing: Listing) -> Listing:
    """Seven days before its last day its owners get a letter with a link that renews it."""
    Listing.objects.filter(pk=listing.pk).update(reminded_on=date.today())
    return listing


def move(listing: Listing, state: str, **facts: Any) -> Listing:
    """One step of the life cycle: since when and until when whose turn it is follow, and the index hears of it."""
    facts = {"moved_at": timezone.now(), "nudges": 0, "due_on": None, **facts}
    LISTING_STEPS.move(listing, state, **facts)
    changes.listing_changed(listing)
    return listing


def _owes(by: Actor, listing: Listing) -> bool:
    return not by.is_machine and Listing.objects.owing(listing.organisation_id, listing.network_id).exists()


def promised(network: UUID) -> date:
    """The day until which coordinators who get a call today answer: weekends and their public holidays do not count."""
    today, country = date.today(), rules_of(network).country
    free = public_holidays(country, today.year) | public_holidays(country, today.year + 1)
    return days.after_working_days(today, PROMISE, free)


def _publish(by: Actor, listing: Listing) -> None:
    if listing.until < date.today():
        raise ValidationError({"until": [_("Please choose a day in the future.")]})
    if not by.is_machine and rules_of(listing.network_id).is_reviewed:
        move(listing, "review", due_on=promised(listing.network_id), returned_why="")
        told.to_review(listing)
    else:
        move(listing, "open", opened_at=timezone.now())


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
    if listing.side == "need":
        listing.is_service = False
    else:
        listing.takes_services = False
    listing.text_html = prose.html_of(listing.text)
    if "until" in facts:
        listing.reminded_on = None


def _said(limit: int, *, is_line: bool = True, is_needed: bool = False) -> Any:
    def clean(text: str) -> str:
        return prose.said(text, "", limit, is_line=is_line, is_needed=is_needed)

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


def _questions(schema: Any) -> dict[str, Any]:
    """The call's own questions, at most six; {} for none."""
    found = dict(schema or {})
    if not found or not list(questions.each(found)):
        return {}
    if len(list(questions.each(found))) > MOST_QUESTIONS:
        raise ValidationError(_("At most %(limit)s questions, please.") % {"limit": MOST_QUESTIONS})
    if problems := questions.problems(found):
        raise ValidationError([problem for each in problems.values() for problem in each])
    return found


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
    "only_these": bool,
    "is_service": bool,
    "takes_services": bool,
    "questions": _questions,
}
