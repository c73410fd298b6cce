"""Texts of a course file are cleaned again when it is read, since anybody may have changed it; clean ones stay."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from koinon.learning.engine import blocks
from koinon.learning.engine.documents import Document, Node, Question, Texts
from koinon.learning.engine.inline import inline


def cleaned_texts(document: Document) -> tuple[Document, set[str]]:
    """The course with clean texts, and the keys of nodes in which something was taken out."""
    changed: set[str] = set()
    nodes = []
    for node in document.nodes:
        clean: Node = replace(node, texts=_texts(node.texts))
        if clean.texts != node.texts:
            changed.add(node.key)
        nodes.append(clean)
    questions: list[Question] = [replace(each, texts=_texts(each.texts)) for each in document.questions]
    return replace(document, texts=_texts(document.texts), nodes=tuple(nodes), questions=tuple(questions)), changed


def _texts(texts: Texts) -> dict[str, dict[str, Any]]:
    return {language: {name: _text(name, text) for name, text in said.items()} for language, said in texts.items()}


def _text(name: str, text: Any) -> Any:
    if name == "blocks":
        return blocks.cleaned(text)[0]
    if name in ("title", "of") or not isinstance(text, str | list | Mapping):
        return text
    if isinstance(text, str):
        return inline(text, _own) if "<" in text or "&" in text else text
    if isinstance(text, list):
        return [_text("", each) for each in text]
    return {key: _text("", each) for key, each in text.items()}


def _own(address: str) -> str | None:
    key = address.removeprefix("asset:")
    return key if key != address and key.isalnum() else None
