"""A form field for each kind of question; each gives the value that is stored, and takes it to begin with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from babel import Locale, UnknownLocaleError
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from koinon.kit import prose
from koinon.kit.questions.reading import number_in
from koinon.kit.questions.schema import STEPS_OF_SCALE, Question, said
from koinon.kit.questions.values import FIRST_YEAR, bounds, is_empty, too_long

LONGEST = 40_000
"""Signs of a text answer, whatever its limit in words: what is over the limit is kept too while it is a draft."""


@dataclass(frozen=True)
class Places:
    """How places are asked for: lent by whoever has a gazetteer."""

    field: Callable[..., forms.Field]
    kept: Callable[[Any], dict[str, Any]]
    begun: Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Asking:
    """For whom and how strictly a form is made."""

    language: str
    original: str
    places: Places | None = None
    is_draft: bool = False
    answers_in: str = ""


def field_of(question: Question, asking: Asking) -> forms.Field:
    """The field of a question, with its words in the reader's language."""
    made = MAKERS[question["kind"]](question, asking)
    made.label = said(question["labels"], asking.language, asking.original)
    made.help_text = _help(question, asking)
    made.required = bool(question.get("required")) and not asking.is_draft
    made.is_needed = bool(question.get("required"))  # type: ignore[attr-defined]  # so that no draft calls it optional
    return made


def _help(question: Question, asking: Asking) -> str:
    """Lines of the coordinator's help, escaped, then what the limits are."""
    lines = said(question.get("helps"), asking.language, asking.original).split("\n")
    limit, most = question.get("limit"), question.get("most")
    if question["kind"] == "text" and limit:
        words = ngettext("At most %(limit)s word.", "At most %(limit)s words.", limit) % {"limit": limit}
        lines.append(words)
    if question["kind"] == "choice" and question.get("many") and most:
        lines.append(_("Choose at most %(most)s.") % {"most": most})
    if question.get("published"):
        lines.append(_("This answer will be shown to everybody."))
    return format_html_join(mark_safe("<br>"), "{}", [(line.strip(),) for line in lines if line.strip()])


class TextField(forms.CharField):
    """A text; its limit in words holds when the form is handed in, not while it is a draft."""

    def __init__(self, question: Question, asking: Asking) -> None:
        widget = forms.Textarea(attrs={"rows": question.get("rows") or 6})
        super().__init__(max_length=LONGEST, widget=widget)
        self.question, self.asking = question, asking

    def clean(self, value: Any) -> str:
        text = prose.clean(super().clean(value))
        why = (
            ""
            if self.asking.is_draft
            else too_long(self.question, text, self.asking.answers_in or self.asking.language)
        )
        if why:
            raise ValidationError(why)
        return text


class Lines(forms.MultiWidget):
    """Several labelled lines that are one answer."""

    template_name = "kit/questions/lines.html"
    use_fieldset = True

    def __init__(self, lines: list[tuple[str, Any, forms.Widget]]) -> None:
        super().__init__({name: widget for name, _label, widget in lines})
        self.names, self.labels = [line[0] for line in lines], [line[1] for line in lines]

    def decompress(self, value: Any) -> list[Any]:
        return [(value or {}).get(name, "") for name in self.names]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for part, label in zip(context["widget"]["subwidgets"], self.labels, strict=True):
            part["label"] = label
        return context


def _said(value: Any) -> list[str]:
    """What stands on each line."""
    return [prose.line(str(line or "")) for line in value or []]


def _line(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"maxlength": "300", **attrs})


class NumberField(forms.Field):
    """A number with its unit, its year and where it comes from."""

    def __init__(self, question: Question, asking: Asking) -> None:
        unit = said(question.get("units"), asking.language, asking.original)
        lines: list[tuple[str, Any, forms.Widget]] = [
            ("number", unit or gettext_lazy("The number"), _line(inputmode="decimal", autocomplete="off"))
        ]
        if question.get("sourced", True):
            lines.append(("year", gettext_lazy("Year"), _line(inputmode="numeric", maxlength="4")))
            lines.append(("source", gettext_lazy("Source"), _line()))
        super().__init__(widget=Lines(lines))
        self.question, self.asking = question, asking

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict) and value.get("number"):
            return {**value, "number": number_in(value["number"], self.asking.language)}
        return value

    def clean(self, value: Any) -> dict[str, Any] | None:
        number, year, source = [*_said(value), "", "", ""][:3]
        if not (number or year or source):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        made: dict[str, Any] = {"number": self._number(number), "year": self._year(year), "source": source[:300]}
        if not self.asking.is_draft and self.question.get("sourced", True) and not (year and source):
            raise ValidationError(_("Please say which year the number is of, and where it comes from."))
        return made

    def _number(self, text: str) -> str:
        if not text and self.asking.is_draft:
            return ""
        number = parse_number(text, self.asking.language, is_whole=bool(self.question.get("whole")))
        if number is None:
            raise ValidationError(_("Please write the number."))
        if why := bounds(self.question, number):
            raise ValidationError(why)
        return format(number, "f")

    def _year(self, text: str) -> int | None:
        if not text:
            return None
        if not (text.isascii() and text.isdecimal() and FIRST_YEAR <= int(text) <= date.today().year + 1):
            raise ValidationError(_("Please check the year."))
        return int(text)


def parse_number(text: str, language: str, is_whole: bool = False) -> Decimal | None:
    """A number as people of this language write it, with blanks, points and commas; None if it is none."""
    plain = "".join(text.split()).replace("'", "").replace("\u2019", "").replace("\u2212", "-")
    if len(plain) > 40 or not plain.lstrip("-+").replace(".", "").replace(",", "").isdecimal():
        return None
    marks = [sign for sign in plain if sign in ".,"]
    if len(set(marks)) == 2:
        last = marks[-1]
        plain = plain.replace("," if last == "." else ".", "")
    elif marks and (len(marks) > 1 or _is_grouping(plain, marks[0], language, is_whole)):
        plain = plain.replace(marks[0], "")
    try:
        return Decimal(plain.replace(",", "."))
    except InvalidOperation:
        return None


def _is_grouping(plain: str, mark: str, language: str, is_whole: bool) -> bool:
    """True if the one mark before exactly three digits groups thousands, as in 61.500 in Greek."""
    if len(plain) - plain.index(mark) != 4:
        return False
    try:
        symbols = Locale.parse(language).number_symbols
    except (UnknownLocaleError, ValueError, TypeError):
        return is_whole
    return is_whole or symbols.get("latn", symbols).get("group") == mark


class PersonField(forms.Field):
    """A person with the exact title, and the address where that is asked."""

    def __init__(self, question: Question, asking: Asking) -> None:
        lines: list[tuple[str, Any, forms.Widget]] = [
            ("name", gettext_lazy("Name"), _line(autocomplete="off")),
            ("title", gettext_lazy("Exact title"), _line(autocomplete="off")),
        ]
        if question.get("with_email"):
            mail = forms.EmailInput(attrs={"maxlength": "254", "autocomplete": "off"})
            lines.append(("email", gettext_lazy("E-mail address"), mail))
        super().__init__(widget=Lines(lines))
        self.question, self.asking = question, asking

    def clean(self, value: Any) -> dict[str, Any] | None:
        lines = [line[:300] for line in _said(value)]
        if not any(lines):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        made = dict(zip(("name", "title", "email"), lines, strict=False))
        if made.get("email"):
            validate_email(made["email"])
        if not self.asking.is_draft and not all(lines):
            raise ValidationError(_("Please fill in every line."))
        return made


class FileWidget(forms.FileInput):
    """A file to choose; beside it the one that is kept, and a box to take it away."""

    template_name = "kit/questions/file.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        kept = value.get("name", "") if isinstance(value, dict) else ""
        return {**context, "kept": kept, "url": value.get("url", "") if kept else ""}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        given = super().value_from_datadict(data, files, name)
        return False if given is None and data.get(f"{name}-away") else given


class KeptFileField(forms.FileField):
    """Gives the uploaded file, the value that was there, or None when it was taken away."""

    def __init__(self, question: Question, asking: Asking) -> None:
        super().__init__(widget=FileWidget())

    def clean(self, data: Any, initial: Any = None) -> Any:
        if data is False:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        if isinstance(data, UploadedFile):
            return super().clean(data, None)
        return super().clean(None, initial) or None


class ChoiceField(forms.Field):
    """One of the list or several, always as a list of their keys."""

    def __init__(self, question: Question, asking: Asking) -> None:
        labels = [(each["key"], said(each["labels"], asking.language, asking.original)) for each in question["choices"]]
        self.is_many, self.most = bool(question.get("many")), question.get("most")
        if not self.is_many and (asking.is_draft or not question.get("required")):
            labels.append(("", _("No answer")))
        widget = forms.CheckboxSelectMultiple if self.is_many else forms.RadioSelect
        super().__init__(widget=widget(choices=labels))
        self.known, self.asking = {key for key, _label in labels if key}, asking

    def prepare_value(self, value: Any) -> Any:
        return value if self.is_many else (value[0] if isinstance(value, list) and value else value or "")

    def clean(self, value: Any) -> list[str]:
        chosen = [key for key in (value if isinstance(value, list) else [value]) if key]
        if not chosen and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if not set(chosen) <= self.known:
            raise ValidationError(_("Please choose one of the list."))
        if self.is_many and self.most and len(chosen) > self.most and not self.asking.is_draft:
            raise ValidationError(_("Please choose at most %(most)s.") % {"most": self.most})
        return chosen


class ScaleField(forms.TypedChoiceField):
    """From 1 to 5, with what the ends mean."""

    def __init__(self, question: Question, asking: Asking) -> None:
        low, high = (said(end, asking.language, asking.original) for end in question["ends"])
        meaning = {1: low, 5: high}
        choices: list[tuple[Any, Any]] = [
            (step, format_html("{} · {}", step, meaning[step]) if step in meaning else step) for step in STEPS_OF_SCALE
        ]
        if asking.is_draft or not question.get("required"):
            choices.append(("", _("No answer")))
        super().__init__(choices=choices, coerce=int, empty_value=None, widget=forms.RadioSelect)


def _place(question: Question, asking: Asking) -> forms.Field:
    """The gazetteer's field; without a gazetteer a line of text."""
    return asking.places.field() if asking.places else forms.CharField(max_length=200)


def place_value(cleaned: Any, places: Places | None) -> Any:
    if is_empty(cleaned):
        return None
    return places.kept(cleaned) if places else {"id": "", "label": prose.line(cleaned)}


MAKERS: dict[str, Callable[[Question, Asking], forms.Field]] = {
    "text": TextField,
    "number": NumberField,
    "choice": ChoiceField,
    "scale": ScaleField,
    "file": KeptFileField,
    "signature": KeptFileField,
    "place": _place,
    "person": PersonField,
}
