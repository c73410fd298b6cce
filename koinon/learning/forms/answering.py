"""Try a question as learners meet it: fields by its kind, and the answer as the engine reads it."""

from typing import Any

from django import forms
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from koinon.learning.engine import grading
from koinon.learning.engine.documents import Question
from koinon.learning.engine.questions import GAP


class Try(forms.Form):
    """One question, in one language."""

    def __init__(self, *args: Any, question: Question, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question, self.words = question, question.texts.get(language, {})
        for name, field in self._fields(language).items():
            self.fields[name] = field

    def answer(self) -> dict[str, Any]:
        """What was said, keyed by parts."""
        said, kind = self.cleaned_data, self.question.kind
        if kind in ("single", "true_false"):
            return {said["one"]: True} if said.get("one") else {}
        if kind == "multiple":
            return dict.fromkeys(said.get("some") or (), True)
        if kind in ("short", "numeric", "long"):
            return {"": said.get("text", "")}
        return {name.removeprefix("p-"): value for name, value in said.items() if value not in ("", None)}

    def _fields(self, language: str) -> dict[str, forms.Field]:
        kind, question = self.question.kind, self.question
        rows = [(part.key, self._text(part.key)) for part in question.parts]
        if kind in ("single", "true_false"):
            named = [(key, text or {"true": _("True"), "false": _("False")}.get(key, key)) for key, text in rows]
            return {
                "one": forms.ChoiceField(label=_("Answer"), choices=named, widget=forms.RadioSelect, required=False)
            }
        if kind == "multiple":
            boxes = forms.CheckboxSelectMultiple
            return {"some": forms.MultipleChoiceField(label=_("Answer"), choices=rows, widget=boxes, required=False)}
        if kind == "match":
            others = [("", "–"), *((key, self._text(key, "other")) for key in grading.options(question, language))]
            return {
                f"p-{part.key}": forms.ChoiceField(label=self._text(part.key), choices=others, required=False)
                for part in grading.pairs(question)
            }
        if kind == "order":
            places = [("", "–"), *((str(number), str(number)) for number in range(1, len(rows) + 1))]
            return {f"p-{key}": forms.ChoiceField(label=text, choices=places, required=False) for key, text in rows}
        if kind == "cloze":
            return {f"p-{key}": self._gap(key, number) for number, key in enumerate(self._gaps(), start=1)}
        area = forms.Textarea(attrs={"rows": 4}) if kind == "long" else forms.TextInput()
        return {"text": forms.CharField(label=_("Answer"), required=False, widget=area, max_length=8000)}

    def _gaps(self) -> list[str]:
        known = {part.key for part in self.question.parts}
        return [key for key in GAP.findall(self.words.get("stem", "")) if key in known]

    def _gap(self, key: str, number: int) -> forms.Field:
        label = _("Gap %(number)s") % {"number": number}
        part = next(part for part in self.question.parts if part.key == key)
        if part.facts.get("kind") != "single":
            return forms.CharField(label=label, required=False, max_length=400)
        rows = [(inner["key"], self._text(f"{key}.{inner['key']}")) for inner in part.facts.get("parts", ())]
        return forms.ChoiceField(label=label, choices=[("", "–"), *rows], required=False)

    def _text(self, key: str, name: str = "text") -> str:
        return strip_tags(self.words.get(f"{key}.{name}", ""))
