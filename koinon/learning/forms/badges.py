"""What is said about badges: an achievement in several languages, who gets it, why it is taken back, what to check."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.forms import Form
from koinon.kit.templatetags.kit import ACCENTS
from koinon.kit.vocabularies.countries import own_name
from koinon.learning.actions import achievements, awards, endorsements, issuers, wallet
from koinon.learning.models import Achievement
from koinon.network.models import Organisation

LARGEST = 2 * 2**20
TEXTS = (("name", "names"), ("description", "descriptions"), ("criterion", "criteria"))
COLOURS = {
    "aegean": _lazy("Blue"), "lagoon": _lazy("Blue-green"), "pine": _lazy("Green"), "olive": _lazy("Olive"),
    "terracotta": _lazy("Terracotta"), "ruby": _lazy("Red"), "murex": _lazy("Purple"), "iris": _lazy("Violet"),
}  # fmt: skip


def _area(label: Any, most: int, *, required: bool = True, rows: int = 3, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, required=required, help_text=help_text, widget=widget)


class Write(Form):
    """An achievement: its words in the original language first, then in others, each optional."""

    language = forms.ChoiceField(label=_lazy("Language you write in"))
    name = forms.CharField(label=_lazy("Name of the badge"), max_length=achievements.NAME)
    description = _area(_lazy("What it stands for"), achievements.DESCRIPTION, required=False)
    criterion = _area(
        _lazy("What somebody does for it"), achievements.CRITERIA,
        help_text=_lazy("Whoever is shown the badge reads this. Say what was done and who looked at it."),
    )  # fmt: skip
    course = forms.ChoiceField(label=_lazy("Course"), required=False)
    is_automatic = forms.BooleanField(label=_lazy("Everybody who finishes this course gets it"), required=False)
    for_facilitators = forms.BooleanField(label=_lazy("Facilitators of our runs may give it"), required=False)
    competences = forms.MultipleChoiceField(
        label=_lazy("Competences it shows"), required=False, widget=forms.CheckboxSelectMultiple
    )
    months = forms.IntegerField(
        label=_lazy("Valid for how many months"), required=False, min_value=1, max_value=achievements.MOST_MONTHS,
        help_text=_lazy("Leave it empty for a badge that does not end."),
    )  # fmt: skip
    accent = forms.ChoiceField(
        label=_lazy("Colour"), choices=[(each, COLOURS[each]) for each in ACCENTS], initial="aegean"
    )
    picture = forms.FileField(
        label=_lazy("Picture of your own"), required=False,
        help_text=_lazy("Without one we draw the badge from its initials."),
    )  # fmt: skip
    takes_picture_off = forms.BooleanField(label=_lazy("Use the drawn picture again"), required=False)

    def __init__(self, *args: Any, choices: dict[str, list[Any]], of: Achievement | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of, self.choices = of, choices
        field: Any = self.fields
        field["language"].choices = [(code, own_name(code)) for code, _name in settings.LANGUAGES]
        field["course"].choices = [("", _("No course")), *((str(each.pk), each.title) for each in choices["courses"])]
        field["competences"].choices = choices["competence_choices"]
        if not choices["competence_choices"]:
            del self.fields["competences"]
        if of is None:
            del self.fields["takes_picture_off"]
        else:
            self.fields["language"].disabled = True
        for code in self.others():
            for name, _field in TEXTS:
                self.fields[f"{name}_{code}"] = self._also(name, code)

    def others(self) -> list[str]:
        """The languages that each have a fold of their own; what is said there in the original's is passed over."""
        return [code for code, _name in settings.LANGUAGES if self.of is None or code != self.of.language]

    def folds(self) -> list[tuple[str, list[Any]]]:
        return [(own_name(code), [self[f"{name}_{code}"] for name, _field in TEXTS]) for code in self.others()]

    def main(self) -> list[Any]:
        return [self[name] for name in self.fields if "_" not in name or name in Write.base_fields]

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        language = self.of.language if self.of else data["language"]
        texts = {
            field: {code: data.get(f"{name}_{code}", "") for code in self.others()} | {language: data[name]}
            for name, field in TEXTS
        }
        same = {name: data[name] for name in ("is_automatic", "for_facilitators", "months", "accent", "picture")}
        chosen = set(data.get("competences", ()))
        more: dict[str, Any] = {"takes_picture_off": data["takes_picture_off"]} if self.of else {"language": language}
        return {
            **texts, **same, **more,
            "course": next((each for each in self.choices["courses"] if str(each.pk) == data["course"]), None),
            "competences": [each for each in self.choices["competences"] if str(each.pk) in chosen],
        }  # fmt: skip

    def _also(self, name: str, code: str) -> forms.CharField:
        base: Any = Write.base_fields[name]
        widget = forms.TextInput() if name == "name" else forms.Textarea(attrs={"rows": 3})
        return forms.CharField(
            label=f"{base.label} ({own_name(code)})", max_length=base.max_length, required=False, widget=widget
        )


def first_words(row: Achievement) -> dict[str, Any]:
    """What stands in the form of an achievement that is changed."""
    said: dict[str, Any] = {
        "language": row.language, "course": str(row.course_id or ""), "is_automatic": row.is_automatic,
        "for_facilitators": row.for_facilitators, "months": row.months, "accent": row.accent,
        "competences": [str(key) for key in row.competences.values_list("pk", flat=True)],
    }  # fmt: skip
    for name, field in TEXTS:
        texts = getattr(row, field)
        said[name] = texts.get(row.language, "")
        said |= {f"{name}_{code}": text for code, text in texts.items() if code != row.language}
    return said


class Why(Form):
    """The reason, which the person reads."""

    why = _area(_lazy("Why?"), awards.WHY, rows=2, help_text=_lazy("The person reads this sentence as you write it."))


class Give(Form):
    """One badge for several learners of a run: first looked at, then given."""

    achievement = forms.ChoiceField(label=_lazy("Badge"), widget=forms.RadioSelect)
    chosen = forms.MultipleChoiceField(label=_lazy("Learners"), widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, *args: Any, achievements: Sequence[Achievement], rows: Sequence[tuple[Any, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.achievements, self.rows = achievements, rows
        field: Any = self.fields
        field["achievement"].choices = [(str(each.pk), str(each)) for each in achievements]
        field["chosen"].choices = [(str(row.pk), words) for row, words in rows]

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "achievement": next(each for each in self.achievements if str(each.pk) == data["achievement"]),
            "enrolments": [row for row, _words in self.rows if str(row.pk) in set(data["chosen"])],
        }


class Withdraw(Form):
    """Why a key is not to be trusted any more."""

    why = forms.CharField(label=_lazy("What happened?"), max_length=issuers.WHY)


class Ask(Form):
    """Whom to ask for an endorsement, and with which words."""

    organisation = forms.ChoiceField(label=_lazy("Organisation"))
    message = _area(_lazy("A few words to them"), endorsements.WORDS, required=False)

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = organisations
        field: Any = self.fields["organisation"]
        field.choices = [("", _("Please choose")), *((str(each.pk), str(each)) for each in organisations)]

    def said(self) -> dict[str, Any]:
        wanted = self.cleaned_data["organisation"]
        found = next(each for each in self.organisations if str(each.pk) == wanted)
        return {**self.cleaned_data, "organisation": found}


class Endorse(Form):
    """What stands in the endorsement."""

    words = _area(
        _lazy("Why you stand behind this badge"), endorsements.WORDS,
        help_text=_lazy("Whoever is shown the badge reads this with your name and your signature."),
    )  # fmt: skip


class DeclineEndorsement(Form):
    """A word why, if there is one."""

    words = _area(_lazy("Why not, if you want to say it"), endorsements.WORDS, required=False, rows=2)


class Share(Form):
    """Which badges a link shows, and a word for oneself."""

    chosen = forms.MultipleChoiceField(label=_lazy("Badges to show"), widget=forms.CheckboxSelectMultiple)
    label = forms.CharField(
        label=_lazy("For whom is this link?"), max_length=wallet.LABEL, required=False,
        help_text=_lazy("Only you read this, so that you know later which link to stop."),
    )  # fmt: skip

    def __init__(self, *args: Any, rows: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        field: Any = self.fields["chosen"]
        field.choices = [(str(row.pk), str(row.achievement)) for row in rows]

    def said(self) -> dict[str, Any]:
        chosen = set(self.cleaned_data["chosen"])
        return {"awards": [row for row in self.rows if str(row.pk) in chosen], "label": self.cleaned_data["label"]}


class Name(Form):
    """The name as it is printed."""

    name = forms.CharField(
        label=_lazy("Your name as it is printed"), max_length=wallet.NAME,
        help_text=_lazy("It is not part of what the issuer signed."),
    )  # fmt: skip


class Whose(Form):
    """Whose badge is it? A name or an address to compare."""

    who = forms.CharField(
        label=_lazy("Name or e-mail address"), max_length=254,
        help_text=_lazy("We only say whether it fits. Nothing of it is kept."),
    )  # fmt: skip


class Verify(Form):
    """A badge of anybody: a file or its text."""

    file = forms.FileField(
        label=_lazy("File"), required=False, help_text=_lazy("A PNG or SVG picture, a JSON or JWT file, at most 2 MB.")
    )
    text = forms.CharField(
        label=_lazy("Or its text"), required=False, max_length=LARGEST, strip=True,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
    )  # fmt: skip
    holder = forms.CharField(
        label=_lazy("E-mail address of who should hold it"), required=False, max_length=254,
        help_text=_lazy("If you give one, we say whether the badge was given to it."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file = data.get("file")
        if not file and not data.get("text"):
            self.add_error("file", _("Please choose a file or paste the text of a badge."))
        elif file and (file.size or 0) > LARGEST:
            self.add_error("file", _("This file is larger than %(limit)s MB.") % {"limit": 2})
        return data

    def data_of_badge(self) -> bytes:
        file = self.cleaned_data.get("file")
        return bytes(file.read(LARGEST + 1)) if file else self.cleaned_data["text"].encode()
