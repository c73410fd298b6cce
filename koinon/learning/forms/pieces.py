"""The pieces of a page, one small form each: what can be typed and chosen without any script."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from koinon.learning.engine import plainmarks
from koinon.learning.engine.documents import Block

_MARKS = _lazy("**strong**, *stressed*, [words](https://address)")


def _lines(label: Any, rows: int, help_text: Any = "", required: bool = False) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=area, help_text=help_text, required=required, strip=False)


def _words(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=1000, help_text=help_text)


class Piece(forms.Form):
    """One block. `kind` is its type; `data` gives what a block of this type holds, `typed` what the form shows."""

    kind = ""
    label: Any = ""
    inline: tuple[str, ...] = ()
    asks_file = ""

    def block_data(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        return {name: plainmarks.marked(text) if name in self.inline else text for name, text in said.items()}

    @classmethod
    def typed(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {name: plainmarks.typed(text) if name in cls.inline else text for name, text in data.items()}


class Paragraph(Piece):
    kind, label, inline = "paragraph", _lazy("Text"), ("text",)
    text = _lines(_lazy("Text"), 5, _MARKS)


class Header(Piece):
    kind, label, inline = "header", _lazy("Heading"), ("text",)
    text = _words(_lazy("Heading"))
    level = forms.TypedChoiceField(
        label=_lazy("How big"), coerce=int,
        choices=[(2, _lazy("Part of the page")), (3, _lazy("Smaller")), (4, _lazy("Smallest"))],
    )  # fmt: skip


class List(Piece):
    kind, label = "list", _lazy("List")
    items = _lines(_lazy("One line for each"), 5, _lazy("Two blanks in front put a line below the one above it."))
    style = forms.ChoiceField(
        label=_lazy("Kind of list"), choices=[("unordered", _lazy("With points")), ("ordered", _lazy("With numbers"))]
    )

    def block_data(self) -> dict[str, Any]:
        return {"style": self.cleaned_data["style"], "items": plainmarks.items_marked(self.cleaned_data["items"])}

    @classmethod
    def typed(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {"style": data.get("style", "unordered"), "items": plainmarks.items_typed(data.get("items"))}


class Quote(Piece):
    kind, label, inline = "quote", _lazy("Quotation"), ("text", "caption")
    text = _lines(_lazy("Quotation"), 3)
    caption = _words(_lazy("Who said it, where"))


class Callout(Piece):
    kind, label, inline = "callout", _lazy("Box"), ("title", "text")
    tone = forms.ChoiceField(
        label=_lazy("What it is"),
        choices=[("note", _lazy("Good to know")), ("tip", _lazy("Advice")), ("warning", _lazy("Take care"))],
    )
    title = _words(_lazy("Heading"))
    text = _lines(_lazy("Text"), 3, _MARKS)


class Table(Piece):
    kind, label = "table", _lazy("Table")
    content = _lines(_lazy("One line for each row, | between its cells"), 5)
    withHeadings = forms.BooleanField(label=_lazy("The first row names the columns"), required=False)  # noqa: N815

    def block_data(self) -> dict[str, Any]:
        rows = plainmarks.rows_marked(self.cleaned_data["content"])
        return {"withHeadings": self.cleaned_data["withHeadings"], "content": rows}

    @classmethod
    def typed(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        rows = plainmarks.rows_typed(data.get("content"))
        return {"withHeadings": data.get("withHeadings", False), "content": rows}


class Delimiter(Piece):
    kind, label = "delimiter", _lazy("Line between two parts")


class Media(Piece):
    """A file: one that is there, or a new one with the words that it needs."""

    inline = ("caption",)
    asset = forms.ChoiceField(label=_lazy("A file that is here"), required=False)
    file = forms.FileField(label=_lazy("Or a new one"), required=False)
    caption = _words(_lazy("Words below it"))

    def __init__(self, *args: Any, assets: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = self.initial.get("asset", "")
        rows = assets if any(key == now for key, _name in assets) or not now else [(now, now[:12]), *assets]
        self.fields["asset"].choices = [("", _lazy("No file")), *rows]  # type: ignore[attr-defined]

    @property
    def alt(self) -> str:
        return str(self.cleaned_data.get("alt", ""))

    def block_data(self) -> dict[str, Any]:
        said = super().block_data()
        return {name: value for name, value in said.items() if name not in ("file", "alt", "transcript")}


class Image(Media):
    kind, label, asks_file = "image", _lazy("Picture"), "image/"
    alt = _words(_lazy("What the picture shows"), _lazy("For those who do not see it."))
    decorative = forms.BooleanField(label=_lazy("It is decoration: it says nothing of its own"), required=False)
    field_order = ("asset", "file", "alt", "decorative", "caption")


class Audio(Media):
    kind, label, asks_file = "audio", _lazy("Sound"), "audio/"
    transcript = _lines(_lazy("All that is said in it"), 4, _lazy("For those who do not hear it, and for poor lines."))
    field_order = ("asset", "file", "transcript", "caption")


class Video(Media):
    kind, label, asks_file = "video", _lazy("Video"), "video/"
    url = forms.CharField(label=_lazy("Or its address elsewhere"), required=False, max_length=1900)
    transcript = _lines(_lazy("All that is said in it"), 4, _lazy("For those who do not hear it, and for poor lines."))
    field_order = ("asset", "file", "url", "transcript", "caption")


class File(Media):
    kind, label, asks_file, inline = "file", _lazy("File to take along"), "", ("title",)
    title = _words(_lazy("What it is"))
    caption = None
    field_order = ("asset", "file", "title")


class Link(Piece):
    kind, label, inline = "link", _lazy("Link"), ("title", "text")
    url = forms.CharField(label=_lazy("Address"), required=False, max_length=1900)
    title = _words(_lazy("What it is"))
    text = _words(_lazy("A sentence about it"))


PIECES: dict[str, type[Piece]] = {
    each.kind: each
    for each in (Paragraph, Header, List, Image, Audio, Video, File, Link, Quote, Callout, Table, Delimiter)
}


def piece(block: Block, assets: Mapping[str, list[tuple[str, str]]], data: Any = None, files: Any = None) -> Piece:
    """The form of one block; `assets`: beginning of a media type -> (key, name) of the files to choose from."""
    made = PIECES.get(block["type"], Paragraph)
    facts: dict[str, Any] = {"prefix": f"b-{block['id']}", "initial": made.typed(block["data"])}
    if issubclass(made, Media):
        facts["assets"] = assets.get(made.asks_file, [])
    return made(data, files, **facts)
