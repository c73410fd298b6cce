"""The tree: what is added to it, and how each kind of part works."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit import prose
from koinon.kit.forms import Form
from koinon.learning.actions.courses import TITLE
from koinon.learning.models import Node, NodeKind

ASKS = [
    ("text", _lazy("Words")), ("photo", _lazy("A photo")), ("file", _lazy("A file")),
    ("witness", _lazy("Somebody who was there")),
]  # fmt: skip
REVIEWS = [
    ("each", _lazy("After each attempt")), ("last", _lazy("After the last attempt")), ("never", _lazy("Never")),
]  # fmt: skip


class Add(Form):
    """One more part."""

    kind = forms.ChoiceField(
        label=_lazy("What is it?"), choices=[row for row in NodeKind.choices if row[0] != "package"]
    )
    title = forms.CharField(label=_lazy("Title"), max_length=TITLE)
    parent = forms.ChoiceField(label=_lazy("Where"), required=False)

    def __init__(self, *args: Any, sections: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = "page"
        self.fields["parent"].choices = sections  # type: ignore[attr-defined]


class Settings(Form):
    """How a part works. What a kind asks for is added by its name; what the part had beside it stays."""

    is_optional = forms.BooleanField(label=_lazy("It may be left out"), required=False)
    due_days = forms.IntegerField(
        label=_lazy("Due so many days after the start"), required=False, min_value=0, max_value=1000,
        help_text=_lazy("Empty: no day of its own."),
    )  # fmt: skip
    is_hidden = forms.BooleanField(label=_lazy("Learners do not see it"), required=False)

    def __init__(self, *args: Any, node: Node, assets: list[tuple[str, str]], **kwargs: Any) -> None:
        self.node, now = node, node.settings
        first = {"is_optional": node.is_optional, "due_days": now.get("due_days"), "is_hidden": now.get("is_hidden")}
        super().__init__(*args, initial={**first, **_initial(node)}, **kwargs)
        for name, field in _fields(node.kind, assets).items():
            self.fields[name] = field
        self.order_fields([*_fields(node.kind, assets), "due_days", "is_optional", "is_hidden"])

    def said(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        settings = {**self.node.settings, **_settings(self.node.kind, facts)}
        settings |= {"due_days": facts["due_days"], "is_hidden": facts["is_hidden"]}
        kept = {name: value for name, value in settings.items() if value not in (None, "", False)}
        rule = _rule(self.node, facts)
        return {"settings": kept, "is_optional": facts["is_optional"], **({} if rule is None else {"rule": rule})}


class Rubric(Form):
    """What a facilitator looks at, with points: one line each."""

    rows = forms.CharField(
        label=_lazy("What is looked at"), required=False, widget=forms.Textarea(attrs={"rows": 5}), max_length=4000,
        help_text=_lazy("One line each, with its points after a stroke: It was really done | 2"),
    )  # fmt: skip

    def __init__(self, *args: Any, node: Node, said: dict[str, Any], **kwargs: Any) -> None:
        self.node, self.old = node, said
        rows = node.settings.get("rubric", [])
        lines = [f"{said.get('rubric.' + row['key'], row['key'])} | {row.get('points', 1):g}" for row in rows]
        super().__init__(*args, initial={"rows": "\n".join(lines)}, **kwargs)

    def clean_rows(self) -> list[tuple[str, str, float]]:
        keys = {text: name.removeprefix("rubric.") for name, text in self.old.items() if name.startswith("rubric.")}
        found = []
        for line in prose.clean(self.cleaned_data["rows"]).splitlines():
            words, _stroke, points = line.partition("|")
            text = prose.line(words)
            if text:
                found.append((keys.get(text) or uuid4().hex[:8], text, self._points(points)))
        return found[:20]

    def _points(self, text: str) -> float:
        try:
            number = float(text.strip().replace(",", ".") or 1)
        except ValueError:
            number = 0
        if not 0 < number <= 1000:
            raise forms.ValidationError(_("Please give a number above 0."))
        return number


def _fields(kind: str, assets: list[tuple[str, str]]) -> dict[str, forms.Field]:
    """Fields of a kind by name."""
    if kind == "quiz":
        return {
            "share": forms.IntegerField(label=_("Per cent of the points that are needed"), min_value=0, max_value=100),
            "attempts": forms.IntegerField(
                label=_("How often one may try"), min_value=0, max_value=100, required=False,
                help_text=_("0: any number"),
            ),
            "minutes": forms.IntegerField(
                label=_("Minutes for one attempt"), min_value=1, max_value=600, required=False,
                help_text=_("Empty: no limit, kinder on a poor line."),
            ),
            "shuffles": forms.BooleanField(label=_("Questions come in another order each time"), required=False),
            "review": forms.ChoiceField(label=_("When learners see what was right"), choices=REVIEWS),
        }  # fmt: skip
    if kind == "task":
        asks = forms.MultipleChoiceField(
            label=_("What learners hand in"), choices=ASKS, widget=forms.CheckboxSelectMultiple
        )
        return {"asks": asks}
    if kind == "session":
        return {
            "minutes": forms.IntegerField(label=_("How many minutes"), min_value=5, max_value=6000, required=False),
            "is_online": forms.BooleanField(label=_("It is online"), required=False),
            "count": forms.IntegerField(label=_("How often one must be there"), min_value=1, max_value=100),
        }
    if kind == "discussion":
        return {"count": forms.IntegerField(label=_("How many posts are asked for"), min_value=1, max_value=20)}
    if kind == "file":
        return {"asset": forms.ChoiceField(label=_("The file"), choices=[("", _("No file")), *assets], required=False)}
    if kind == "link":
        return {"url": forms.URLField(label=_("Address"), max_length=1000, assume_scheme="https")}
    if kind == "package":
        ways = [("completed", _("It is worked through")), ("passed", _("It is passed"))]
        return {"played": forms.ChoiceField(label=_("Done when"), choices=ways)}
    return {}


def _initial(node: Node) -> dict[str, Any]:
    now, rule = node.settings, node.rule
    return {
        "share": round(100 * float(rule.get("score", now.get("pass") or 0.6) or 0)), "attempts": now.get("attempts"),
        "minutes": now.get("minutes"), "shuffles": now.get("shuffles"), "review": now.get("review", "each"),
        "asks": now.get("asks") or ["text"], "is_online": now.get("is_online"), "asset": now.get("asset"),
        "count": rule.get("attended") or rule.get("posted") or 1, "url": now.get("url"),
        "played": rule.get("played", "completed"),
    }  # fmt: skip


def _settings(kind: str, said: dict[str, Any]) -> dict[str, Any]:
    names = {
        "quiz": ("attempts", "minutes", "shuffles", "review"), "task": ("asks",), "session": ("minutes", "is_online"),
        "file": ("asset",), "link": ("url",),
    }  # fmt: skip
    found = {name: said[name] for name in names.get(kind, ())}
    return {**found, "pass": said["share"] / 100} if kind == "quiz" else found


def _rule(node: Node, said: dict[str, Any]) -> dict[str, Any] | None:
    """When the part counts as done; None leaves a rule that came from elsewhere (several ways) as it is."""
    if {"all", "any"} & set(node.rule):
        return None
    made = {
        "quiz": lambda: {"score": said["share"] / 100}, "session": lambda: {"attended": said["count"]},
        "discussion": lambda: {"posted": said["count"]}, "package": lambda: {"played": said["played"]},
    }.get(node.kind)  # fmt: skip
    return made() if made else None
