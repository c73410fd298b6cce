"""A page as one form: a title, a form for each piece, and the buttons that move them."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.forms import Form
from koinon.kit.verbs import Actor, Refused
from koinon.learning.actions import files as file_actions
from koinon.learning.actions import texts
from koinon.learning.actions.courses import TITLE
from koinon.learning.engine.blocks import cleaned
from koinon.learning.engine.documents import Block
from koinon.learning.forms.pieces import PIECES, Media, Piece, piece
from koinon.learning.models import Node, Text

MOST = 300


class Page(Form):
    """`changes` is the number of the text that the writer saw; `do` the button: save, up:ID, down:ID, remove:ID,
    add:TYPE. `blocks` is what the richer editor hands over instead of the pieces."""

    title = forms.CharField(label=_lazy("Title"), max_length=TITLE)
    changes = forms.IntegerField(widget=forms.HiddenInput, required=False)
    blocks = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        node: Node,
        text: Text | None,
        assets: Mapping[str, Any],
        new: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        self.node, self.text, self.assets = node, text, assets
        self.now: dict[str, Any] = dict(text.said) if text else {}
        first = {"title": self.now.get("title", ""), "changes": text.changes if text else 0}
        super().__init__(*args, initial=first, **kwargs)
        self.is_overtaken, self.goes_on = False, ""
        self.pieces = self._sent() if self.is_bound else self._kept(new)

    @property
    def kinds(self) -> list[tuple[str, Any]]:
        return [(kind, made.label) for kind, made in PIECES.items()]

    @property
    def kept_blocks(self) -> str:
        """The pieces as JSON, for the richer editor."""
        return json.dumps(self._rich() if self.is_rich else self.now.get("blocks") or [])

    @property
    def is_rich(self) -> bool:
        """Whether the richer editor sent the page."""
        return self.is_bound and bool(self.data.get("blocks"))

    def saves(self, by: Actor) -> bool:
        """Write everything that was sent, then what the button asks for. False: something is to be corrected."""
        pieces = [] if self.is_rich else self.pieces
        if not (self.is_valid() & all([each.is_valid() for _block, each in pieces])):
            return False
        try:
            blocks = self._rich() if self.is_rich else self._arranged(by)
            self.result = texts.write(
                by=by, node=self.node, language=self.node.version.language, title=self.cleaned_data["title"],
                blocks=blocks, changes=self.cleaned_data["changes"],
            )  # fmt: skip
        except Refused as refusal:
            self.add_error(None, str(refusal))
        except ValidationError as problem:
            self.is_overtaken = getattr(problem, "code", "") == "overtaken"
            self._place(problem)
        if self.is_overtaken:
            self._see_theirs()
        return not self.errors and all(not each.errors for _block, each in pieces)

    def _kept(self, new: Mapping[str, str]) -> list[tuple[Block, Piece]]:
        blocks = list(self.now.get("blocks") or [])
        if new.get("new") in PIECES:
            blocks.append({"id": uuid4().hex[:16], "type": new["new"], "data": {}})
        return [(block, piece(block, self.assets)) for block in blocks]

    def _sent(self) -> list[tuple[Block, Piece]]:
        """Pieces in the order in which they were sent; their data is read when they are valid."""
        if self.is_rich:
            return [(block, piece(block, self.assets)) for block in self._rich()]
        known = {block["id"]: block for block in self.now.get("blocks") or []}
        found = []
        for each in self.data.getlist("block")[:MOST]:
            key, _colon, kind = each.partition(":")
            if kind in PIECES and key.isalnum():
                old = known.get(key, {}).get("data", {})
                block = {"id": key, "type": kind, "data": old}
                found.append((block, piece(block, self.assets, self.data, self.files)))
        return found

    def _rich(self) -> list[Block]:
        """What the richer editor sent, cleaned; what cannot be read leaves the page as it was."""
        try:
            return cleaned(json.loads(self.data["blocks"]))[0]
        except (ValueError, RecursionError):
            return list(self.now.get("blocks") or [])

    def _arranged(self, by: Actor) -> list[Block]:
        step, _colon, key = self.data.get("do", "").partition(":")
        blocks = []
        for block, form in self.pieces:
            if isinstance(form, Media):
                self._keep_file(by, form)
            data = {**block["data"], **form.block_data()}
            blocks.append({"id": block["id"], "type": block["type"], "data": data})
        place = next((number for number, block in enumerate(blocks) if block["id"] == key), None)
        if step == "add" and key in PIECES:
            self.goes_on = f"?new={key}#new"
            if key == "delimiter":
                blocks.append({"id": uuid4().hex[:16], "type": key, "data": {}})
                self.goes_on = "#end"
        if place is not None:
            self._move(blocks, place, step)
        return blocks

    def _move(self, blocks: list[Block], place: int, step: str) -> None:
        if step == "remove":
            blocks.pop(place)
            self.goes_on = "#pieces"
            return
        there = place + {"up": -1, "down": 1}.get(step, 0)
        if 0 <= there < len(blocks):
            blocks[place], blocks[there] = blocks[there], blocks[place]
        self.goes_on = f"#p-{blocks[max(0, min(there, len(blocks) - 1))]['id']}"

    def _keep_file(self, by: Actor, form: Media) -> None:
        """A new file of a piece is kept, with its words in the language of the course."""
        if not form.cleaned_data.get("file"):
            return
        language, said, course = self.node.version.language, form.cleaned_data, self.node.version.course
        try:
            asset = file_actions.keep(
                by=by, organisation=course.organisation, file=said["file"], licence=course.licence,
                alt={language: form.alt} if form.alt else {}, is_decoration=bool(said.get("decorative")),
                transcript={language: said["transcript"]} if said.get("transcript") else {},
            )  # fmt: skip
        except ValidationError as problem:
            for field, errors in (
                problem.error_dict if hasattr(problem, "error_dict") else {"file": [problem]}
            ).items():
                form.add_error(field if field in form.fields else "file", errors)
            raise ValidationError(_("Please check the marked fields: nothing you typed is lost.")) from problem
        form.cleaned_data["asset"] = asset.key

    def _see_theirs(self) -> None:
        """What was typed stays; sent again, it goes over what the other one saved, which is shown beside it."""
        latest = self.node.texts.filter(language=self.node.version.language).values_list("changes", flat=True).first()
        self.data = self.data.copy()
        self.data["changes"] = str(latest or 0)
