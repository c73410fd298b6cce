"""Which files, for whom, and in which language their texts are when they do not say it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.vocabularies import countries
from koinon.learning.forms.courses import Homes
from koinon.network.forms.fields import reader


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; each is checked as one is."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(each, initial) for each in given or [None]]


class Send(Homes):
    upload = FilesField(
        label=_lazy("Files"),
        help_text=_lazy(
            "Moodle backup, Common Cartridge, SCORM, H5P, Word, OpenDocument, Markdown, GIFT, Moodle XML, "
            "or a ZIP of many of them. You may choose several."
        ),
    )
    language = forms.ChoiceField(
        label=_lazy("Language of the texts"), choices=lambda: list(countries.languages(reader())),
        help_text=_lazy("For texts that do not say it themselves."),
    )  # fmt: skip

    field_order = ("upload", "home", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = reader()
