"""What a page says: written block by block, never over what somebody else wrote meanwhile, and translated."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import prose
from koinon.kit.languages import machine
from koinon.kit.verbs import Actor, verb
from koinon.learning import rules
from koinon.learning.actions.courses import NOT_YOURS, TITLE
from koinon.learning.actions.drafts import open_node
from koinon.learning.engine import blocks as engine
from koinon.learning.engine import reading
from koinon.learning.models import Node, Text
from koinon.learning.queries.documents import said_of

NOT_TRANSLATOR = gettext_lazy("Only translators of this language and those who write the course may do this.")
LINES = 500
"""Signs of a short text of a node (a line of a rubric)."""


@verb("learning.text_written", rule=rules.may_write_node, refusal=NOT_YOURS)
def write(
    *, by: Actor, node: Node, language: str, title: str | None = None, blocks: Any = None,
    said: Mapping[str, str] | None = None, changes: int | None = None,
) -> Text:  # fmt: skip
    """Write what is given of a node in one language. `changes` is the number that the writer saw: when somebody else
    has saved since, nothing is written (ValidationError with code "overtaken")."""
    open_node(node)
    row = _held(node, language, changes)
    if title is not None:
        row.said["title"] = prose.line(title)[:TITLE]
    if blocks is not None:
        row.said["blocks"], _codes = engine.cleaned(blocks)
    for name, text in (said or {}).items():
        row.said[name] = prose.line(text)[:LINES]
    if not row.said.get("title") and language == node.version.language:
        raise ValidationError({"title": [_("Please write a few words.")]})
    return _saved(row, by)


@verb("learning.rubric_written", rule=rules.may_write_node, refusal=NOT_YOURS)
def grade_by(*, by: Actor, node: Node, rows: Sequence[tuple[str, str, float]]) -> Node:
    """What is looked at in a practice task: (key, words in the course's language, points)."""
    open_node(node)
    row = _held(node, node.version.language, None)
    kept = {name: text for name, text in row.said.items() if not name.startswith("rubric.")}
    row.said = kept | {f"rubric.{key}": prose.line(words)[:LINES] for key, words, _points in rows}
    _saved(row, by)
    node.settings = {**node.settings, "rubric": [{"key": key, "points": points} for key, _words, points in rows]}
    node.save(update_fields=["settings"])
    return node


@verb("learning.text_translated", rule=rules.may_translate_node, refusal=NOT_TRANSLATOR)
def translate(
    *, by: Actor, node: Node, language: str, said: Mapping[str, Any], fits: Collection[str] = (),
    changes: int | None = None,
) -> Text:  # fmt: skip
    """Pieces of a translation (name -> text, id of a block -> its data). A piece that changed, or that still `fits`,
    belongs to the source as it is now; one that was left alone keeps its mark and so may be older."""
    open_node(node)
    source = node.texts.filter(language=node.version.language).first()
    if source is None or language == source.language:
        raise ValidationError(_("There is nothing to translate here."))
    row = _held(node, language, changes)
    before = reading.pieces(row.said)
    row.said = _arranged(source.said, row.said, said)
    now, after = reading.marks({source.language: source.said}, source.language), reading.pieces(row.said)
    row.of = {
        name: now[name] if name in fits or after[name] != before.get(name) else row.of.get(name, "")
        for name in after if name in now
    }  # fmt: skip
    return _saved(row, by)


@verb("learning.text_translated_by_machine", rule=rules.may_translate_node, refusal=NOT_TRANSLATOR)
def translate_by_machine(*, by: Actor, node: Node, language: str) -> Text:
    """What is missing or older, by the translation server that the operator chose; a person still has to look at it."""
    open_node(node)
    source = node.texts.filter(language=node.version.language).first()
    if source is None or language == source.language:
        raise ValidationError(_("There is nothing to translate here."))
    row = _held(node, language, None)
    texts = {source.language: source.said, language: said_of(row)}
    wanted = reading.missing(texts, source.language, language) | reading.stale(texts, source.language, language)
    pieces = {name: piece for name, piece in reading.pieces(source.said).items() if name in wanted}
    try:
        made = {name: _by_machine(piece, source.language, language, row) for name, piece in pieces.items()}
    except machine.Unavailable as problem:
        raise ValidationError(_("The translation server does not answer now. Please try again later.")) from problem
    row.said = _arranged(source.said, row.said, made)
    now = reading.marks({source.language: source.said}, source.language)
    row.of = {**row.of, **{name: now[name] for name in made}}
    row.state = Text.State.MACHINE if made else row.state
    return _saved(row, by, keeps_state=True)


@verb("learning.text_reviewed", rule=rules.may_translate_node, refusal=NOT_TRANSLATOR)
def review(*, by: Actor, node: Node, language: str) -> Text:
    """A person has read it and stands for it."""
    open_node(node)
    row = Text.objects.select_for_update().filter(node=node, language=language).first()
    if row is None:
        raise ValidationError(_("There is nothing to translate here."))
    return _saved(row, by)


def _held(node: Node, language: str, changes: int | None) -> Text:
    row = Text.objects.select_for_update().filter(node=node, language=language).first()
    if row is None:
        row = Text(node=node, language=language, said={"title": "", "blocks": []})
    if changes is not None and row.changes != changes:
        raise ValidationError(_("Somebody else has saved this meanwhile."), code="overtaken")
    return row


def _saved(row: Text, by: Actor, keeps_state: bool = False) -> Text:
    row.changes += 1
    if not keeps_state:
        row.state, row.engine = Text.State.REVIEWED, ""
    if row.language != row.node.version.language:
        row.translator_id = by.person
    row.save()
    return row


def _arranged(source: Mapping[str, Any], old: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """The translation in the order of its source: blocks of the same ids, and nothing that the source does not have."""
    kept = {each["id"]: each["data"] for each in old.get("blocks") or ()}
    arranged = []
    worded = reading.pieces(source)
    for block in source.get("blocks") or ():
        data = said.get(block["id"], kept.get(block["id"])) if block["id"] in worded else {}
        if data is not None:
            whole = {**{name: value for name, value in block["data"].items() if name not in _WORDS}, **data}
            arranged.append({"id": block["id"], "type": block["type"], "data": whole})
    found: dict[str, Any] = {"blocks": engine.cleaned(arranged)[0]}
    for name in source:
        text = said.get(name, old.get(name)) if name != "blocks" else None
        if isinstance(text, str) and text.strip():
            found[name] = prose.line(text)[: TITLE if name == "title" else LINES]
    return found


_WORDS = ("text", "title", "caption", "items", "content")


def _by_machine(piece: Any, source: str, target: str, row: Text) -> Any:
    """A piece with each of its words translated; the engine is named in the row."""
    if isinstance(piece, str):
        if not piece.strip():
            return piece
        text, row.engine = machine.translate(piece, source=source, target=target, agreed=True)
        return text
    if isinstance(piece, Mapping):
        return {
            name: _by_machine(value, source, target, row) if name in (*_WORDS, "items", "content") else value
            for name, value in piece.items()
        }
    return [_by_machine(each, source, target, row) for each in piece] if isinstance(piece, list) else piece
