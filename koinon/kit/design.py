"""The design system's own parts: the form look that Django uses everywhere, and the samples of the live page."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import localize
from django.utils.html import conditional_escape as escape
from django.utils.safestring import SafeString

from koinon.kit.templatetags.kit import ACCENTS, TONES

SELECT = "django/forms/widgets/select.html"


class FormRenderer(TemplatesSetting):
    """Every `{{ form }}` of the site looks right by itself, so no page writes its own field mark-up."""

    form_template_name = "kit/forms/form.html"
    formset_template_name = "kit/forms/formset.html"
    field_template_name = "kit/forms/field.html"

    def render(self, template_name: str, context: Any, request: HttpRequest | None = None) -> str:
        """Labels, never placeholders: also not those of libraries."""
        widget = context.get("widget")
        if widget is None:
            return super().render(template_name, context, request)
        widget["attrs"].pop("placeholder", None)
        return select(widget) if template_name == SELECT else super().render(template_name, context, request)


def select(widget: dict[str, Any]) -> SafeString:
    """As Django's own template writes it, without a template for each option: there are 250 countries."""
    said = ["<select", f' name="{escape(widget["name"])}"', _attributes(widget["attrs"]), ">"]
    for group, options, _number in widget["optgroups"]:
        said += [f'<optgroup label="{escape(group)}">'] if group else []
        for each in options:
            value, label = escape(str(each["value"])), escape(localize(each["label"]))
            said.append(f'<option value="{value}"{_attributes(each["attrs"])}>{label}</option>')
        said += ["</optgroup>"] if group else []
    return SafeString("".join([*said, "</select>"]))


def _attributes(given: dict[str, Any]) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{escape(str(value))}"'
        for name, value in given.items()
        if value is not False
    )


class Sample(forms.Form):
    """One field of each kind, as a representative would meet them."""

    title = forms.CharField(
        label="What do you need?", max_length=120, help_text="One line. Write in your own language."
    )
    text = forms.CharField(label="Tell more", widget=forms.Textarea, required=False)
    mail = forms.EmailField(label="E-mail for replies")
    kind = forms.ChoiceField(
        label="What kind of help?",
        choices=[("expertise", "Expertise"), ("visit", "Peer visit"), ("venue", "Venue or equipment")],
        widget=forms.RadioSelect,
    )
    countries = forms.MultipleChoiceField(
        label="From where?",
        choices=[("AL", "Albania"), ("GR", "Greece"), ("LT", "Lithuania"), ("MK", "North Macedonia")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    until = forms.DateField(label="Open until", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    size = forms.ChoiceField(label="Size of the partner", choices=[("", "Any"), ("small", "Small"), ("large", "Large")])
    letter = forms.FileField(label="Letter or decision", required=False, help_text="PDF or picture, up to 10 MB.")
    agreed = forms.BooleanField(label="I may speak for my organisation")


SCRIPTS = (
    ("en", "Places that learn find each other"),
    ("sq", "Vendet që mësojnë gjejnë njëri-tjetrin"),
    ("lt", "Besimokančios vietos suranda viena kitą"),
    ("mk", "Местата што учат се наоѓаат: Ѓорче, ќерка, ѕвезда"),
    ("el", "Οι τόποι που μαθαίνουν βρίσκουν ο ένας τον άλλον"),
)

COLOURS = ("paper", "mist", "ink", "muted", "line", "edge", "accent", "soft", "good", "waiting", "bad", "sun")

_KEYS = ("name", "language", "kind", "place", "members", "state", "tone", "text")
MEMBERS = [
    dict(zip(_KEYS, row, strict=True))
    for row in (
        ("Δήμος Σερρών", "el", "City", "Serres, Greece", 12, "Active", "good", "Programmes for families."),
        ("Šolski center Velenje", "sl", "School", "Velenje, Slovenia", 31, "Report due", "waiting", "A city lab."),
        ("Utenos rajono savivaldybė", "lt", "City", "Utena, Lithuania", 8, "Lapsed", "bad", "Learning for a district."),
    )
]


def samples() -> dict[str, Any]:
    """What the live page needs beyond its own mark-up: forms, rows and times as a real page would have them."""
    now = timezone.now()
    return {
        "accents": ACCENTS,
        "tones": TONES,
        "colours": COLOURS,
        "scripts": SCRIPTS,
        "members": MEMBERS,
        "choices": [
            SimpleNamespace(value=value, label=label, count=count, is_chosen=count < 9)
            for value, label, count in (("gr", "Greece", 4), ("mk", "North Macedonia", 2), ("lt", "Lithuania", 9))
        ],
        "form": Sample(prefix="clean"),
        "wrong": Sample({"wrong-title": "", "wrong-mail": "serres", "wrong-kind": "visit"}, prefix="wrong"),
        "since": now - dt.timedelta(days=9),
        "until": now + dt.timedelta(days=5),
        "overdue": now - dt.timedelta(days=2),
        "left": dt.timedelta(minutes=4),
        "themes": ["lifelong learning", ("digital skills", "#chips"), ("family literacy", "#chips")],
        "steps": ["Draft", "Submitted", "Under review", "Decided", "Active"],
        "parts": [
            {"url": "#tabs", "label": "List", "current": True, "count": 12},
            {"url": "#map", "label": "Map", "current": False},
            {"url": "#table", "label": "Table", "current": False},
        ],
    }
