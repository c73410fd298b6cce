"""What a coordinator may say to build a form; the words of each question in every language of the network."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import questions
from koinon.kit.vocabularies.countries import language_name
from koinon.network.engine import ready_made
from koinon.network.forms.fields import Form, PlaceField, reader
from koinon.network.models import Form as Questionnaire
from koinon.network.models import Network, Place
from koinon.network.queries import places


def _begun(value: Mapping[str, Any]) -> Any:
    ident = str(value.get("id") or "")
    place = Place.objects.filter(pk=int(ident)).first() if ident.isdecimal() and len(ident) < 10 else None
    return place or (value.get("label", ""), "")


PLACES = questions.Places(
    field=PlaceField,
    kept=places.kept,
    begun=_begun,
)
"""The gazetteer, for questions that ask for a place."""

EMPTY = "empty"


class Make(Form):
    """A new form: ready made, or empty."""

    start = forms.ChoiceField(label=gettext_lazy("Begin with"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, has_application_form: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        purposes = dict(Questionnaire.Purpose.choices)
        made = [(key, of, f"{purposes[of]}: {name}") for key, of, name in ready_made.choices(reader())]
        made += [(f"{EMPTY} {of}", of, _("%(form)s: empty") % {"form": purposes[of]}) for of in purposes]
        self.purposes = {key: of for key, of, _label in made}
        self.fields["start"].choices = [
            (key, label) for key, of, label in made if not (has_application_form and of == "application")
        ]

    def said(self) -> dict[str, Any]:
        start = self.cleaned_data["start"]
        return {"purpose": self.purposes[start], "template": "" if start.startswith(f"{EMPTY} ") else start}


class Texts(Form):
    """Words in every language of the network, the original first; `texts` says which fields there are per language."""

    texts: tuple[tuple[str, Any, Any, forms.Widget | None], ...] = ()

    def __init__(self, *args: Any, network: Network, original: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.languages = list(dict.fromkeys([original, *network.languages]))
        own = self.fields
        self.fields = {}
        for code in self.languages:
            for name, label, help_text, widget in self.texts:
                self.fields[f"{name}_{code}"] = forms.CharField(
                    label=label,
                    required=code == original and name in ("title", "label", "low", "high", "choices", "name"),
                    max_length=20_000 if widget else questions.schema.LONGEST_LABEL,
                    help_text=help_text,
                    widget=type(widget)(attrs={**widget.attrs, "lang": code}) if widget else None,
                )
        self.fields |= own

    def of_language(self) -> list[tuple[str, list[Any]]]:
        """(name of the language, its fields): the original first, the others to be opened by who needs them."""
        return [
            (language_name(code, reader()), [self[f"{name}_{code}"] for name, *_rest in self.texts])
            for code in self.languages
        ]

    def settings(self) -> list[Any]:
        """Fields that are the same in every language."""
        names = {f"{name}_{code}" for code in self.languages for name, *_rest in self.texts}
        return [self[name] for name in self.fields if name not in names]

    def said_in(self, name: str) -> dict[str, str]:
        """One text by language, without the empty ones."""
        found = {code: self.cleaned_data.get(f"{name}_{code}", "").strip() for code in self.languages}
        return {code: text for code, text in found.items() if text}


LONG = forms.Textarea(attrs={"rows": 3})


class Named(Texts):
    texts = (("name", gettext_lazy("Name of the form"), "", None),)

    def said(self) -> dict[str, Any]:
        return {"names": self.said_in("name")}


class PartTexts(Texts):
    texts = (
        ("title", gettext_lazy("Title of the part"), "", None),
        ("intro", gettext_lazy("What should be known first"), "", LONG),
    )

    def said(self) -> dict[str, Any]:
        return {"titles": self.said_in("title"), "intros": self.said_in("intro")}


class AnyQuestion(Texts):
    """What every kind of question has; each kind adds its own below."""

    kind = ""
    texts = (
        ("label", gettext_lazy("Question"), "", None),
        ("help", gettext_lazy("Help"), gettext_lazy("What a good answer holds. Shown under the question."), LONG),
    )
    required = forms.BooleanField(label=gettext_lazy("Must be answered"), required=False)
    published = forms.BooleanField(
        label=gettext_lazy("Publish the answer"),
        required=False,
        help_text=gettext_lazy("The answer is shown to everybody once the organisation belongs to the network."),
    )

    def said(self) -> dict[str, Any]:
        return {"question": self.question()}

    def question(self) -> dict[str, Any]:
        plain = {"required": self.cleaned_data["required"], "published": self.cleaned_data["published"]}
        texts = {"labels": self.said_in("label"), "helps": self.said_in("help")}
        return {"kind": self.kind, **texts, **plain, **self.own()}

    def own(self) -> dict[str, Any]:
        return {}


class TextQuestion(AnyQuestion):
    kind = "text"
    limit = forms.IntegerField(
        label=gettext_lazy("At most so many words"),
        required=False,
        min_value=1,
        max_value=questions.schema.MOST_WORDS,
        help_text=gettext_lazy("Counted in the language the answer is written in. Empty: no limit."),
    )

    def own(self) -> dict[str, Any]:
        return {"limit": self.cleaned_data["limit"]}


class NumberQuestion(AnyQuestion):
    kind = "number"
    texts = (*AnyQuestion.texts, ("unit", gettext_lazy("Unit"), gettext_lazy("For example: inhabitants"), None))
    sourced = forms.BooleanField(label=gettext_lazy("Ask for the year and the source"), required=False, initial=True)
    whole = forms.BooleanField(label=gettext_lazy("Whole numbers only"), required=False)
    least = forms.FloatField(label=gettext_lazy("Smallest answer"), required=False)
    most = forms.FloatField(label=gettext_lazy("Largest answer"), required=False)

    def own(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in ("sourced", "whole", "least", "most")}
        return {**said, "units": self.said_in("unit")}


class ChoiceQuestion(AnyQuestion):
    kind = "choice"
    texts = (
        *AnyQuestion.texts,
        (
            "choices",
            gettext_lazy("Choices"),
            gettext_lazy("One on each line, in the same order in every language."),
            forms.Textarea(attrs={"rows": 6}),
        ),
    )
    many = forms.BooleanField(label=gettext_lazy("Several may be chosen"), required=False)
    most = forms.IntegerField(label=gettext_lazy("At most so many"), required=False, min_value=1)

    def __init__(self, *args: Any, before: list[dict[str, Any]] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.before = before or []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        count = len(_lines(cleaned.get(f"choices_{self.languages[0]}", "")))
        for code in self.languages[1:]:
            given = len(_lines(cleaned.get(f"choices_{code}", "")))
            if given and given != count:
                facts = {"given": given, "count": count}
                self.add_error(
                    f"choices_{code}",
                    _("There are %(given)s lines here and %(count)s in the original.") % facts,
                )
        return cleaned

    def own(self) -> dict[str, Any]:
        rows = {code: _lines(text) for code, text in self.said_in("choices").items()}
        original = rows.get(self.languages[0], [])
        keys = _keys_for(original, self.before, self.languages[0])
        choices = [
            {"key": key, "labels": {code: lines[place] for code, lines in rows.items() if place < len(lines)}}
            for place, key in enumerate(keys)
        ]
        many = self.cleaned_data["many"]
        return {"choices": choices, "many": many, "most": self.cleaned_data["most"] if many else None}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _keys_for(labels: list[str], before: list[dict[str, Any]], original: str) -> list[str]:
    """Keys of the choices: that of the same words, else that of the same place if none was added or taken, else new."""
    known = {each["labels"].get(original): each["key"] for each in before}
    keys = [known.get(label, "") for label in labels]
    if len(labels) == len(before):
        free = [each["key"] if each["key"] not in keys else "" for each in before]
        keys = [key or free[place] for place, key in enumerate(keys)]
    return [key or questions.new_key("c") for key in keys]


class ScaleQuestion(AnyQuestion):
    kind = "scale"
    texts = (
        *AnyQuestion.texts,
        ("low", gettext_lazy("What 1 means"), "", None),
        ("high", gettext_lazy("What 5 means"), "", None),
    )

    def own(self) -> dict[str, Any]:
        return {"ends": [self.said_in("low"), self.said_in("high")]}


class PersonQuestion(AnyQuestion):
    kind = "person"
    with_email = forms.BooleanField(label=gettext_lazy("Ask for the e-mail address"), required=False)

    def own(self) -> dict[str, Any]:
        return {"with_email": self.cleaned_data["with_email"]}


class FileQuestion(AnyQuestion):
    kind = "file"


class SignatureQuestion(AnyQuestion):
    kind = "signature"


class PlaceQuestion(AnyQuestion):
    kind = "place"


QUESTIONS = {
    made.kind: made
    for made in (
        TextQuestion, NumberQuestion, ChoiceQuestion, ScaleQuestion, FileQuestion, SignatureQuestion, PlaceQuestion,
        PersonQuestion,
    )
}  # fmt: skip


def question_form(data: Any, network: Network, schema: Mapping[str, Any], kind: str, key: str = "") -> AnyQuestion:
    """The form of a new question of a kind, or of the question `key` as it is."""
    question = questions.find(schema, key) if key else None
    options: dict[str, Any] = {"network": network, "original": schema.get("language", network.language)}
    if kind == "choice":
        options["before"] = question["choices"] if question else []
    return QUESTIONS[kind](data, initial=_initial(question) if question else None, **options)


def _initial(question: Mapping[str, Any]) -> dict[str, Any]:
    made = {name: value for name, value in question.items() if not isinstance(value, list | dict)}
    low, high = question.get("ends") or ({}, {})
    texts = {"label": question["labels"], "help": question.get("helps"), "unit": question.get("units"),
             "low": low, "high": high}  # fmt: skip
    for name, by_language in texts.items():
        made |= {f"{name}_{code}": text for code, text in (by_language or {}).items()}
    codes = {code for choice in question.get("choices", ()) for code in choice["labels"]}
    for code in codes:
        made[f"choices_{code}"] = "\n".join(choice["labels"].get(code, "") for choice in question["choices"])
    made.setdefault("sourced", True)
    return made


def part_form(data: Any, network: Network, schema: Mapping[str, Any], part: Mapping[str, Any] | None) -> PartTexts:
    """The words of a part, new or as it is."""
    made: dict[str, str] = {}
    if part:
        made = {f"title_{code}": text for code, text in part["titles"].items()}
        made |= {f"intro_{code}": text for code, text in (part.get("intros") or {}).items()}
    return PartTexts(data, network=network, original=schema.get("language", network.language), initial=made)
