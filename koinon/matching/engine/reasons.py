"""Why these two: reasons as data, and one sentence in the reader's language made from them when it is shown."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import get_supported_language_variant, gettext_noop, ngettext, override
from django.utils.translation import gettext as _

from koinon.kit import words
from koinon.kit.vocabularies import countries, eurovoc
from koinon.matching.engine.pairs import SURE, Pair
from koinon.matching.engine.signals import NEW_DAYS, QUICK_DAYS, Item, kilometres

Reason = dict[str, Any]
CLOSE_KM = 400
THEMES_NAMED = 2
LANGUAGES_NAMED = 3
NAMED = 4

KINDS: Mapping[str, str] = {
    "municipality": gettext_noop("Municipality"),
    "hub": gettext_noop("Hub"),
    "school": gettext_noop("School"),
    "university": gettext_noop("University"),
    "college": gettext_noop("College"),
    "library": gettext_noop("Library"),
    "ngo": gettext_noop("Non-governmental organisation"),
    "company": gettext_noop("Company"),
    "government": gettext_noop("Ministry or government body"),
    "international": gettext_noop("International organisation"),
    "cultural_institute": gettext_noop("Cultural institute"),
    "care": gettext_noop("Care or health institution"),
    "network": gettext_noop("Network or association"),
    "venue": gettext_noop("Venue"),
}
ABOUT: Mapping[str, str] = {
    "expertise": gettext_noop("one looks for know-how, the other has it"),
    "partner": gettext_noop("both want a partner for a joint project"),
    "peer_visit": gettext_noop("one would like to visit, the other receives visitors"),
    "mentor": gettext_noop("one looks for a mentor, the other is one"),
    "venue": gettext_noop("one needs a place or equipment, the other has it"),
    "learning_place": gettext_noop("one looks for a learning place, the other has one"),
    "funding": gettext_noop("one looks for funding, the other gives it"),
}
SIGNALS: Mapping[str, str] = {
    "themes": gettext_noop("A theme in common (each, up to two)"),
    "about": gettext_noop("Both are about the same kind of thing"),
    "partner": gettext_noop("One is the kind of partner that the other looks for"),
    "no_partner": gettext_noop("One is not the kind of partner that the other looks for"),
    "country": gettext_noop("One is in a country that the other looks for"),
    "no_country": gettext_noop("One is not in a country that the other looks for"),
    "language": gettext_noop("A language in common"),
    "no_language": gettext_noop("No language in common"),
    "near": gettext_noop("Less than 150 km apart"),
    "common": gettext_noop("An organisation that both work with (each, up to two)"),
    "known": gettext_noop("A confirmed tie between them"),
    "answers": gettext_noop("Usually answers within a week (each of the two)"),
    "silent": gettext_noop("Usually answers only after three weeks (each of the two)"),
    "new": gettext_noop("Published in the last 30 days (each of the two)"),
    "old": gettext_noop("Published more than half a year ago (each of the two)"),
    "risk": gettext_noop("The membership is at risk; inactive counts twice (each of the two)"),
}
"""The signals of `engine.signals.USUAL` in words, for those who want to know what the matcher looks at."""


def reasons(need: Item, offer: Item, pair: Pair) -> list[Reason]:
    """What speaks for this pair, the strongest first, as plain values that can be kept as JSON."""
    found: list[Reason] = []
    if themes := sorted(need.themes & offer.themes):
        found.append({"kind": "themes", "values": themes})
    if any(0 < place <= SURE for place in (pair.near_need, pair.near_offer)):
        found.append({"kind": "meaning", "values": []})
    for seeker, other, name in ((need, offer, "need"), (offer, need, "offer")):
        if other.organisation_kind in seeker.partner_kinds:
            found.append({"kind": f"partner_of_{name}", "values": [other.organisation_kind]})
        if other.country and other.country in seeker.countries:
            found.append({"kind": f"country_of_{name}", "values": [other.country]})
    if need.kind and need.kind == offer.kind:
        found.append({"kind": "complement", "values": [need.kind]})
    if shared := sorted(need.speaks & offer.speaks):
        found.append({"kind": "languages", "values": shared})
    distance = kilometres(need.point, offer.point)
    if distance is not None and distance <= CLOSE_KM:
        found.append({"kind": "distance", "values": [_rounded(distance)]})
    return found + _met(need, offer) + _lively(need, offer)


def _met(need: Item, offer: Item) -> list[Reason]:
    """They have a tie already, or partners in common."""
    if offer.organisation in need.partners or need.organisation in offer.partners:
        return [{"kind": "known", "values": []}]
    common = len(need.partners & offer.partners)
    return [{"kind": "common", "values": [common]}] if common else []


def _lively(need: Item, offer: Item) -> list[Reason]:
    """Who answers quickly, and which of the two is new."""
    found: list[Reason] = []
    for each, name in ((need, "need"), (offer, "offer")):
        if each.answers_in is not None and each.answers_in <= QUICK_DAYS:
            found.append({"kind": f"answers_of_{name}", "values": [each.answers_in]})
        if each.age is not None and each.age <= NEW_DAYS:
            found.append({"kind": f"new_of_{name}", "values": []})
    return found


def sentence(found: Sequence[Reason], reader: str, *, side: str = "") -> str:
    """One sentence in the language `reader`. `side` is the reader's own: "need", "offer", or "" for somebody else.

    It names the four strongest reasons; all of them stay in the data. In a language that the platform does not speak
    the sentence is English, and so are the names in it.
    """
    reader = _spoken(reader)
    with override(reader):
        ordered = sorted(found, key=lambda reason: _weight(reason, found, side))
        parts = [text for reason in ordered if (text := _part(reason, reader, side))][:NAMED]
        if not parts:
            return _("The two texts are among the closest in meaning.")
        text = words.clauses(parts).removesuffix(".") + "."  # a Greek kilometre ends with one
    return text[0].upper() + text[1:]


def _spoken(language: str) -> str:
    try:
        return get_supported_language_variant(language)
    except LookupError:
        return "en"


def _weight(reason: Reason, found: Sequence[Reason], side: str) -> tuple[int, str]:
    """Its place in the sentence: what is sought before what is shared; nearness of meaning where no theme says more."""
    kind = str(reason.get("kind", ""))
    has_themes = any(each.get("kind") == "themes" for each in found)
    order = [
        "themes", "partner", "complement", "common", "languages", "distance", "country", "answers", "partner_other",
        "known", "meaning", "new",
    ]  # fmt: skip
    if kind == "meaning" and not has_themes:
        return 0, kind
    what, _of, seeker = kind.partition("_of_")
    if what == "partner" and seeker not in (side or "need", ""):
        what = "partner_other" if any(each.get("kind") == f"partner_of_{side or 'need'}" for each in found) else what
    return (order.index(what) if what in order else len(order)), kind


def _part(reason: Reason, reader: str, side: str) -> str:
    kind, values = str(reason.get("kind", "")), list(reason.get("values", []))
    if kind.startswith(("partner_of_", "country_of_")):
        what, _of, seeker = kind.partition("_of_")
        return _sought(what, seeker, values, reader, side)
    if kind.startswith(("answers_of_", "new_of_")):
        what, _of, whose = kind.partition("_of_")
        is_theirs = bool(side) and whose != side
        return (_answers(values) if what == "answers" else _("it is new")) if is_theirs else ""
    said = _PARTS.get(kind)
    return said(values, reader, side) if said else ""


def _themes(values: list[Any], reader: str, side: str) -> str:
    return _("both are about %(themes)s") % {
        "themes": _and([eurovoc.label(each, reader) for each in values[:THEMES_NAMED]])
    }


def _meaning(values: list[Any], reader: str, side: str) -> str:
    return _("their text is close in meaning to yours") if side else _("the two texts are close in meaning")


def _sought(what: str, seeker: str, values: list[Any], reader: str, side: str) -> str:
    """The kind of partner or country that one of them looks for, said from where the reader stands."""
    if what == "partner":
        facts = {"kind": _(KINDS[values[0]]) if values and values[0] in KINDS else ""}
        if not facts["kind"]:
            return ""
        if not side:
            words = (
                _("the need looks for such a partner (%(kind)s)")
                if seeker == "need"
                else _("the offer looks for such a partner (%(kind)s)")
            )
            return words % facts
        mine = _("they are the kind of partner you look for (%(kind)s)")
        return (mine if seeker == side else _("they look for a partner like you (%(kind)s)")) % facts
    facts = {"country": countries.country_name(str(values[0]), reader)}
    if side and seeker == side:
        return _("they are in a country you look for (%(country)s)") % facts
    if side:
        return _("they look for partners in your country (%(country)s)") % facts
    return _("a country that is looked for (%(country)s)") % facts


def _complement(values: list[Any], reader: str, side: str) -> str:
    return _(ABOUT[values[0]]) if values and values[0] in ABOUT else ""


def _languages(values: list[Any], reader: str, side: str) -> str:
    names = _and([countries.language_name(str(each), reader) for each in values[:LANGUAGES_NAMED]])
    return (_("you share %(languages)s") if side else _("they share %(languages)s")) % {"languages": names}


def _distance(values: list[Any], reader: str, side: str) -> str:
    if not values[0]:
        return _("in the same town")
    return _("%(km)s km apart") % {"km": values[0]}


def _common(values: list[Any], reader: str, side: str) -> str:
    count = int(values[0]) if values else 1
    return ngettext(
        "both work with the same %(count)s organisation", "both work with the same %(count)s organisations", count
    ) % {"count": count}


def _known(values: list[Any], reader: str, side: str) -> str:
    return _("you work together already") if side else _("they work together already")


def _answers(values: list[Any]) -> str:
    days = int(values[0]) if values else QUICK_DAYS
    if days < 2:
        return _("they usually answer within a day")
    return _("they usually answer within %(days)s days") % {"days": days}


def _and(words: list[str]) -> str:
    """A, B and C."""
    if len(words) < 2:
        return "".join(words)
    return _("%(some)s and %(last)s") % {"some": ", ".join(words[:-1]), "last": words[-1]}


def _rounded(distance: float) -> int:
    """Kilometres as people say them: 0 in one town, else to ten."""
    return 0 if distance < 5 else max(10, 10 * round(distance / 10))


_PARTS: Mapping[str, Callable[[list[Any], str, str], str]] = {
    "themes": _themes,
    "meaning": _meaning,
    "complement": _complement,
    "languages": _languages,
    "distance": _distance,
    "common": _common,
    "known": _known,
}
