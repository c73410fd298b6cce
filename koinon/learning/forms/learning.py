"""What learners say: evidence of practice, contributions, a witness's word."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.forms import Form
from koinon.learning.actions import evidence, talk
from koinon.learning.models import Evidence, EvidenceFile, Post


class Several(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class Files(forms.FileField):
    """None, one or several files."""

    widget = Several

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(Files, self).clean(each, None) for each in given]


class Show(Form):
    """Evidence, with the fields that the task asks for."""

    text = forms.CharField(
        label=_lazy("What did you do, and what came of it?"), max_length=evidence.TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
    )  # fmt: skip
    photos = Files(
        label=_lazy("Photos"), required=False, widget=Several(attrs={"accept": "image/*"}),
        help_text=_lazy("They are made smaller, and the place where they were taken is removed."),
    )  # fmt: skip
    files = Files(
        label=_lazy("Files"), required=False, widget=Several(attrs={"accept": "application/pdf,image/*"}),
        help_text=_lazy("PDF files or photos."),
    )  # fmt: skip
    witness = forms.CharField(
        label=_lazy("Who was there and can say so?"), max_length=evidence.NAME, required=False,
        help_text=_lazy("They get one letter with a link, say yes or no, and need no account."),
    )  # fmt: skip
    witness_email = forms.EmailField(label=_lazy("Their e-mail address"), required=False)
    drop = forms.MultipleChoiceField(
        label=_lazy("Take these files away again"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, asks: list[str], evidence: Evidence | None = None, shown: list[EvidenceFile] | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        if evidence is not None:
            first = {name: getattr(evidence, name) for name in ("text", "witness", "witness_email")}
            kwargs["initial"] = first
        super().__init__(*args, **kwargs)
        self.fields["text"].required = "text" in asks
        gone = {"photo": ["photos"], "file": ["files"], "witness": ["witness", "witness_email"]}
        for kind, names in gone.items():
            for name in names:
                if kind in asks:
                    self.fields[name].is_needed = True  # type: ignore[attr-defined]
                else:
                    del self.fields[name]
        if shown:
            self.fields["drop"].choices = [(str(row.pk), row.upload.name) for row in shown]  # type: ignore[attr-defined]
        else:
            del self.fields["drop"]

    def said(self) -> dict[str, Any]:
        given = super().said()
        return {**given, "drop": [UUID(each) for each in given.get("drop", ())]}


class Say(Form):
    """A contribution or an answer to one."""

    text = forms.CharField(
        label=_lazy("Your contribution"), max_length=talk.TEXT, widget=forms.Textarea(attrs={"rows": 5})
    )

    def __init__(self, *args: Any, answers: Post | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if answers is not None:
            self.fields["text"].label = _("Your answer")


class Hide(Form):
    """Out of sight, and why."""

    why = forms.CharField(label=_lazy("Why is it hidden?"), max_length=talk.WHY)


class Witnessed(Form):
    """Yes or no, and some words."""

    agrees = forms.TypedChoiceField(
        label=_lazy("Were you there, and was it so?"), coerce=lambda text: text == "yes", widget=forms.RadioSelect,
        choices=[("yes", _lazy("Yes, I was there, and it was so")), ("no", _lazy("No"))],
    )  # fmt: skip
    words = forms.CharField(
        label=_lazy("A few words, if you like"), max_length=evidence.WORDS, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
