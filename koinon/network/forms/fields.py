"""Fields of our own: a place found by any spelling, themes found by a word; both work with and without JavaScript."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.urls import reverse_lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from koinon.kit import forms as kit
from koinon.kit.meaning.folding import fold
from koinon.kit.vocabularies.countries import find_country, find_language, languages
from koinon.network.models import Place
from koinon.network.queries import places, themes

Found = tuple[list[tuple[str, str, bool]], bool]
"""(id, label, is chosen) for each box, and whether the words found anything."""
MOST = 60
LOOK_UP = "look_up"
"""The name of buttons that only search (places, themes): the form comes back as it was, with what was found."""


def reader() -> str:
    return (get_language() or "en")[:2]


class Form(kit.Form):
    """Our forms: a button that only looks something up hands the form back without a complaint."""

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and LOOK_UP in self.data:
            self._errors = ErrorDict()

    def is_valid(self) -> bool:
        return super().is_valid() and LOOK_UP not in self.data


def find_places(words: str) -> list[Place]:
    """Places for what was typed; a country after a comma narrows it down."""
    name, _comma, rest = words.partition(",")
    country = find_country(rest) or "" if rest.strip() else ""
    return places.search(name, country) or places.search(words)


def said_of(context: dict[str, Any]) -> dict[str, Any]:
    """What a screen reader hears of a field; names with a hyphen cannot be read in a template."""
    attributes = context["widget"]["attrs"]
    return {"described_by": attributes.get("aria-describedby", ""), "is_wrong": "aria-invalid" in attributes}


class FindWidget(forms.Widget):
    """One line to type in, what was found under it to choose from."""

    longest = 120

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """(words, id of what was chosen)"""
        return data.get(name, "").strip()[: self.longest], data.get(f"{name}_id", "")

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class FindField(forms.Field):
    """A field with such a widget: its words and what was chosen are no value yet that one could compare."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return True


class PlaceWidget(FindWidget):
    """A town by any of its names."""

    template_name = "network/widgets/place.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        if isinstance(value, Place):
            value = (places.label(value, reader()), str(value.pk))
        words, chosen = value or ("", "")
        context["words"] = words
        context["chosen"] = chosen
        context["choices"] = choices_for(words, chosen)
        context["address"] = f"{reverse_lazy('network:places')}{'' if name == 'place' else f'?for={name}'}"
        return {**context, **said_of(context)}


def choices_for(words: str, chosen: str = "") -> list[tuple[str, str, bool]]:
    """(id, label, is chosen) of the places that `words` may mean."""
    found = [place for place in [_chosen(words, chosen)] if place] or find_places(words)
    return [(str(place.pk), places.label(place, reader()), str(place.pk) == chosen) for place in found]


def _chosen(words: str, chosen: str) -> Place | None:
    """The place chosen below the line, unless something else was typed since."""
    place = Place.objects.filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 10 else None
    if place is None or words == places.label(place, reader()):
        return place
    return place if place in find_places(words) else None


class PlaceField(FindField):
    """Gives a Place or None. Typing a name that only one place bears is enough."""

    widget = PlaceWidget

    def clean(self, value: Any) -> Place | None:
        words, chosen = value or ("", "")
        if not words:
            if self.required:
                raise ValidationError(_("Please write the name of the town."))
            return None
        if (place := _chosen(words, chosen)) is not None:
            return place
        found = find_places(words)
        if not found:
            raise ValidationError(
                _("We do not know this place. Try the nearest town, or leave it empty and choose the country.")
            )
        if len(found) == 1:
            return found[0]
        raise ValidationError(_("Several places may be meant: please choose one of the list."))


class PickWidget(FindWidget):
    """What is chosen as ticked boxes, a line to search for more, what was found as boxes to tick."""

    template_name = "network/widgets/pick.html"

    def __init__(self, *, address: str, button: Any, choices: Callable[[list[str], str], Found]) -> None:
        super().__init__()
        self.address, self.button, self.choices = address, button, choices

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[list[str], str]:
        chosen = data.getlist(name) if hasattr(data, "getlist") else list(data.get(name, []))
        return chosen[:MOST], data.get(f"{name}_words", "")

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        chosen, words = value if isinstance(value, tuple) else (list(value or []), "")
        choices, has_found = self.choices(chosen, words)
        shown = {"words": words, "choices": choices, "has_found": has_found}
        return {**context, **shown, **said_of(context), "address": reverse_lazy(self.address), "button": self.button}


def theme_choices(chosen: list[str], words: str) -> Found:
    """What is ticked, then what the words find, or one theme of each group to begin with."""
    language = reader()
    begin = [] if chosen else themes.first_ones(language)
    return joined(themes.labelled(chosen, language), themes.search(words, language) if words else begin, words)


def language_choices(chosen: list[str], words: str) -> Found:
    """What is ticked, then languages by a name in any language, or those of this site to begin with."""
    names = dict(languages(reader()))
    ours = [code for code, _name in settings.LANGUAGES]
    wanted = find_language(words)
    found = [code for code, name in names.items() if fold(words) in fold(name)] if len(words) > 1 else []
    more = list(dict.fromkeys([*([wanted] if wanted else []), *found])) if words else ours
    ticked = [(code, names[code]) for code in chosen if code in names]
    return joined(ticked, [(code, names[code]) for code in more if code in names], words)


def joined(ticked: list[tuple[str, str]], more: list[tuple[str, str]], words: str) -> Found:
    """Boxes: the ticked ones first, then the others, each once."""
    known = {ident for ident, _label in ticked}
    rows = [(ident, label, True) for ident, label in ticked]
    rows += [(ident, label, False) for ident, label in more if ident not in known]
    return rows, bool(more or not words)


class PickField(FindField):
    """Gives a list of ids."""

    def clean(self, value: Any) -> list[str]:
        chosen, _words = value or ([], "")
        if self.required and not chosen:
            raise ValidationError(_("Please choose at least one."))
        return list(chosen)


class ThemesField(PickField):
    """EuroVoc themes by a word in any language."""

    def __init__(self, **options: Any) -> None:
        words = gettext_lazy("Find themes")
        widget = PickWidget(address="network:themes", button=words, choices=theme_choices)
        super().__init__(widget=widget, **{"required": False, **options})


class LanguagesField(PickField):
    """Languages by their name in any language."""

    def __init__(self, **options: Any) -> None:
        words = gettext_lazy("Find languages")
        widget = PickWidget(address="network:languages", button=words, choices=language_choices)
        super().__init__(widget=widget, **{"required": False, **options})


class WebField(forms.CharField):
    """A web address; what is wrong with it is said by the verb."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Web site"))
        options.setdefault("help_text", gettext_lazy("For example www.serres.gr"))
        widget = forms.URLInput(attrs={"autocomplete": "url", "inputmode": "url"})
        widget.input_type = "text"
        super().__init__(required=False, max_length=300, widget=widget, **options)
