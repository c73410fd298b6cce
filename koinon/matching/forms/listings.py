"""Writing an offer or a need in five minutes: six fields, the rest in a fold; how it ends."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.forms import day_input
from koinon.kit.meaning import detect
from koinon.kit.vocabularies import countries, eurovoc
from koinon.matching.actions import listings
from koinon.matching.forms.outlines import OUTLINES
from koinon.matching.models import Listing, Reply
from koinon.matching.queries import suggested_themes
from koinon.network.forms.fields import Form, LanguagesField, ThemesField, theme_choices
from koinon.network.models import Kind, Membership, Size

AUTOMATIC = ""
USUAL_LIFE = timedelta(days=180)
FOLDED = (
    "for_whom", "role", "partner_kinds", "partner_size", "countries", "only_these", "languages", "takes_services",
    "is_service", "reply_cap",
)  # fmt: skip


def _reader() -> str:
    return (get_language() or "en")[:2]


def _countries() -> list[tuple[str, str]]:
    return list(countries.countries(_reader()))


def _languages() -> list[tuple[str, str]]:
    return list(countries.languages(_reader()))


class Write(Form):
    """An offer or need. `homes`: the memberships in whose name I may write; one needs no choice."""

    side = forms.ChoiceField(label=_lazy("Offer or need"), choices=Listing.Side.choices, widget=forms.RadioSelect)
    home = forms.ChoiceField(label=_lazy("In whose name, in which network"))
    title = forms.CharField(
        label=_lazy("In one line"),
        max_length=listings.TITLE,
        help_text=_lazy("What would you say to somebody in a corridor?"),
    )
    kind = forms.ChoiceField(label=_lazy("What is it about?"), choices=Listing.Kind.choices)
    text = forms.CharField(
        label=_lazy("A few sentences more"),
        max_length=listings.TEXT,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_lazy(
            "In your own language. What exactly, how much, what have you tried already? Others find it in theirs."
        ),
    )
    themes = ThemesField(
        label=_lazy("Themes"),
        help_text=_lazy(
            "Readers see themes in their own language. Search by a word, or leave the line empty: "
            "the button then suggests five from your text."
        ),
    )
    language = forms.ChoiceField(
        label=_lazy("Language of your text"), required=False, help_text=_lazy("Left to us, we recognise it.")
    )
    until = forms.DateField(
        label=_lazy("Valid until"), widget=day_input(), help_text=_lazy("We ask you a week before.")
    )
    for_whom = forms.CharField(label=_lazy("For whom"), max_length=listings.SHORT, required=False)
    role = forms.CharField(label=_lazy("What the partner would do"), max_length=listings.SHORT, required=False)
    partner_kinds = forms.MultipleChoiceField(
        label=_lazy("Kinds of partner you look for"),
        choices=Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    partner_size = forms.ChoiceField(
        label=_lazy("Size of the partner"), choices=[("", _lazy("Any size")), *Size.choices], required=False
    )
    countries = forms.MultipleChoiceField(label=_lazy("Countries you look in"), choices=_countries, required=False)
    only_these = forms.BooleanField(
        label=_lazy("Only these kinds, sizes and countries may reply"),
        required=False,
        help_text=_lazy("Otherwise others are told that they do not quite fit, and may reply all the same."),
    )
    languages = LanguagesField(label=_lazy("Languages you can work in"))
    is_service = forms.BooleanField(
        label=_lazy("This is a paid service"),
        required=False,
        help_text=_lazy("For offers: paid services stand in a list of their own and are suggested to nobody unasked."),
    )
    takes_services = forms.BooleanField(
        label=_lazy("Show us paid services, too"),
        required=False,
        help_text=_lazy("For needs: who sells what you look for then stands apart, below who fits."),
    )
    reply_cap = forms.IntegerField(
        label=_lazy("At most this many replies"), min_value=1, max_value=50, initial=10,
        help_text=_lazy("When they have come, it takes no more: you can answer each of them."),
    )  # fmt: skip

    def __init__(self, *args: Any, homes: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.homes = {str(home.pk): home for home in homes}
        names = [(str(home.pk), _("%(organisation)s, in %(network)s") % _names(home)) for home in homes]
        self.fields["home"].choices = names  # type: ignore[attr-defined]
        if len(homes) == 1:
            self.fields["home"].widget = forms.HiddenInput()
            self.fields["home"].initial = names[0][0]
        self.fields["language"].choices = [(AUTOMATIC, _("Recognise it")), *_languages()]  # type: ignore[attr-defined]
        self.fields["until"].initial = date.today() + USUAL_LIFE
        kind = self.initial.get("kind", "")
        if kind in OUTLINES:
            self.fields["role"].help_text = _("For example: %(role)s") % {"role": OUTLINES[kind].role}
        self.fields["themes"].widget.choices = self._theme_choices  # type: ignore[attr-defined]

    @property
    def is_folded(self) -> bool:
        """The fold stays closed unless something in it was filled in or is to be corrected."""
        if self.is_bound:
            return not any(self.data.get(name) for name in FOLDED if name != "reply_cap") and not any(
                name in self.errors for name in FOLDED
            )
        return not any(self.initial.get(name) for name in FOLDED if name != "reply_cap")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("language") and said.get("text"):
            said["language"] = self._recognised(said)
        return said

    def said(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        home = self.homes[facts.pop("home")]
        places = {"network": home.network, "organisation": home.organisation}
        return {**facts, **places, "is_draft": "draft" in self.data}

    def _theme_choices(self, chosen: list[str], words: str) -> tuple[list[tuple[str, str, bool]], bool]:
        """What is ticked, then what the words find; without words what the text is about."""
        if words:
            return theme_choices(chosen, words)
        ticked = [(each, eurovoc.label(each, _reader()), True) for each in chosen]
        written = f"{self['title'].value() or ''}. {self['text'].value() or ''}".strip(". ")
        found = suggested_themes(written, detect.language_of(written) or _reader(), chosen) if written else []
        return [*ticked, *((ident, label, False) for ident, label in found)], True

    def _recognised(self, said: dict[str, Any]) -> str:
        home = self.homes.get(said.get("home", ""))
        known = {*home.network.languages, *home.organisation.languages, home.organisation.language} if home else set()
        words = f"{said.get('title', '')}. {said['text']}"
        found = detect.language_of(words, among=sorted(known) or None) or detect.language_of(words)
        if not found:
            self.add_error("language", ValidationError(_("We are not sure which language this is. Please choose it.")))
        return found or ""


class Edit(Write):
    """The same without what stays: side, organisation, network."""

    def __init__(self, *args: Any, listing: Listing, **kwargs: Any) -> None:
        self.listing = listing
        initial = {name: getattr(listing, name) for name in self.base_fields if hasattr(listing, name)}
        super().__init__(*args, homes=[], initial=initial, **kwargs)
        del self.fields["side"], self.fields["home"]

    def said(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def _recognised(self, said: dict[str, Any]) -> str:
        return self.listing.language


class Close(Form):
    """It is over: two taps, more if you like. `accepted`: the replies of the listing that were accepted."""

    came = forms.ChoiceField(label=_lazy("What came of it?"), choices=Listing.Came.choices, widget=forms.RadioSelect)
    partners = forms.MultipleChoiceField(label=_lazy("With whom?"), required=False, widget=forms.CheckboxSelectMultiple)
    outcome = forms.CharField(
        label=_lazy("In one sentence"), max_length=300, required=False,
        help_text=_lazy("With whom, or what you learnt: it helps those who come after."),
    )  # fmt: skip

    def __init__(self, *args: Any, accepted: Iterable[Reply] = (), is_ours: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_ours:
            del self.fields["came"]
        self.accepted = {str(reply.organisation_id): reply.organisation for reply in accepted}
        if self.accepted:
            self.fields["partners"].choices = [(key, str(row)) for key, row in self.accepted.items()]  # type: ignore[attr-defined]
            self.fields["partners"].initial = list(self.accepted)
            self.initial["came"] = Listing.Came.PARTNER
        else:
            del self.fields["partners"]

    def said(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        is_found = facts.get("came") == Listing.Came.PARTNER
        partners = [self.accepted[key] for key in facts.get("partners", ()) if is_found]
        return {**facts, "partners": partners}


class Renew(Form):
    """Valid until another day."""

    until = forms.DateField(label=_lazy("Valid until"), widget=day_input())


def _names(home: Membership) -> dict[str, str]:
    return {"organisation": str(home.organisation), "network": str(home.network)}
