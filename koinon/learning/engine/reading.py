"""What stands between a course and its publication: words that are missing, hard, older than their source, or broken.

Reading level is LIX (Björnsson 1968): words per sentence plus hundredths of long words, of more than six letters.
It counts letters, not syllables, so it works in any alphabet; below 30 easy, 40 like a newspaper, above 55 hard.
Where words are longer as such, a long word has more letters: else the same page would be easy in English, hard in
Lithuanian. LONG are those at which the demo courses and the catalogues have as many long words as in English.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from koinon.kit.moments import spelled
from koinon.learning.engine import blocks
from koinon.learning.engine.documents import Asset, Document, Node, Texts, digest
from koinon.learning.engine.questions import PROBLEMS, problems

HARD = 50
"""LIX from which a page is said to be hard to read: above a newspaper, near official writing."""
LONG = {"sq": 7, "mk": 8, "el": 8, "lt": 9}
"""Letters that a word has at most without being long, by language; six in all others."""
_FEWEST = 60
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_END = re.compile(r"[.!?…;·:]+(?=\s|$)|\n+")
_NOT_WORDS = {"of"}
_OF_RIGHT = {"no_right_answer", "several_right", "credits_sum", "all_chosen_is_right", "no_number", "no_points"}
_HEARD = ("audio/", "video/")

SENTENCES: Mapping[str, str | Promise] = {
    "no_title": _("The title is missing."),
    "no_translation": _("%(count)s texts are not translated yet."),
    "stale": _("%(count)s texts are older than their source."),
    "no_alt": _("The picture %(name)s has no alternative text."),
    "no_transcript": _("The recording %(name)s has no transcript."),
    "no_terms": _("Nothing says under which terms the file %(name)s may be used, or whom to name."),
    "no_asset": _("A file that is named here is not part of the course."),
    "no_node": _("A link leads to a part that is not in the course."),
    "dead_link": _("The link %(url)s did not answer on %(day)s."),
    "no_question": _("A question that is named here is not in the course."),
    "no_questions": _("There is no question here."),
    "hard": _("Hard to read (%(lix)s; %(needed)s or less is good): shorter sentences, shorter words."),
    "empty": _("There is nothing here yet."),
}


@dataclass(frozen=True)
class Problem:
    """One line of the check list: `node` is the key of a node or question ("": the course), `language` may be ""."""

    code: str
    node: str = ""
    language: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The line in the language of the reader."""
        if self.code == "question":
            return str(PROBLEMS[self.values["problem"]])
        return str(SENTENCES[self.code]) % spelled(self.values)


@dataclass(frozen=True)
class Level:
    """How hard a text is: `lix`, words per sentence, share of long words, number of words."""

    lix: int
    per_sentence: float
    long_share: float
    words: int


def level(text: str, language: str = "") -> Level:
    """Reading level of plain text in any alphabet; 0 for no words."""
    words = _WORD.findall(text)
    if not words:
        return Level(0, 0.0, 0.0, 0)
    sentences = max(1, sum(bool(_WORD.search(piece)) for piece in _END.split(text)))
    long = sum(len(word) > LONG.get(language, 6) for word in words) / len(words)
    per = len(words) / sentences
    return Level(round(per + 100 * long), round(per, 1), round(long, 3), len(words))


def pieces(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a translation is compared by: name -> text, and id of a block -> its data; empty ones left out."""
    found = {name: value for name, value in said.items() if name not in _NOT_WORDS and name != "blocks" and value}
    for block in said.get("blocks") or ():
        if blocks.text([block]).strip():
            found[block["id"]] = block["data"]
    return found


def marks(texts: Texts, source: str) -> dict[str, str]:
    """Marks of the source as it is now: what a translation keeps as `of` for what it has translated."""
    return {name: digest(value) for name, value in pieces(texts.get(source, {})).items()}


def stale(texts: Texts, source: str, language: str) -> set[str]:
    """Names and block ids whose translation is older than the source. What has no mark is not known to be older."""
    now, of = marks(texts, source), texts.get(language, {}).get("of") or {}
    there = pieces(texts.get(language, {}))
    return {name for name in now if name in there and of.get(name) and of[name] != now[name]}


def missing(texts: Texts, source: str, language: str) -> set[str]:
    """Names and block ids that the source says and the language does not."""
    return set(pieces(texts.get(source, {}))) - set(pieces(texts.get(language, {})))


def check(document: Document, languages: Iterable[str]) -> list[Problem]:
    """The check list before publishing, in the order of the course."""
    wanted = list(dict.fromkeys(languages)) or [document.language]
    found = list(_of_texts("", document.texts, document.language, wanted))
    assets = {asset.key: asset for asset in document.assets}
    nodes, questions = {node.key for node in document.nodes}, {each.key for each in document.questions}
    used: dict[str, None] = {}
    for node in document.nodes:
        found += _of_texts(node.key, node.texts, document.language, wanted)
        found += _of_links(node, set(assets), nodes, questions, document)
        found += _of_levels(node, wanted)
        used |= dict.fromkeys(_named(node))
    opinions = _opinions(document)
    for question in document.questions:
        found += [
            Problem("question", question.key, language, {"problem": code})
            for language in wanted for code in problems(question, [language])
            if not (question.key in opinions and code in _OF_RIGHT)
        ]  # fmt: skip
        found += _translated(question.key, question.texts, document.language, wanted)
        for said in question.texts.values():
            used |= dict.fromkeys(key for text in said.values() for key in _in_text(text))
    decorative = {key for node in document.nodes for key in _decorative(node)}
    return found + list(_of_assets([assets[key] for key in used if key in assets], wanted, decorative))


def addresses(node: Node) -> list[str]:
    """Addresses elsewhere that a node leads to, in its settings or its blocks, each once."""
    found = [node.settings["url"]] if isinstance(node.settings.get("url"), str) else []
    for said in node.texts.values():
        found += blocks.addresses(said.get("blocks") or ())
    return list(dict.fromkeys(found))


def _opinions(document: Document) -> set[str]:
    """Keys of questions that only surveys ask: no answer to them is right or wrong."""
    asked: dict[bool, set[str]] = {True: set(), False: set()}
    for node in document.nodes:
        given = node.settings.get("questions", ())
        asked[node.kind == "survey"] |= {each for each in given if isinstance(each, str)}
    return asked[True] - asked[False]


def _of_texts(key: str, texts: Texts, source: str, wanted: list[str]) -> Iterator[Problem]:
    for language in wanted:
        if not texts.get(language, {}).get("title"):
            yield Problem("no_title", key, language)
    yield from _translated(key, texts, source, wanted)


def _translated(key: str, texts: Texts, source: str, wanted: list[str]) -> Iterator[Problem]:
    for language in wanted:
        if language == source:
            continue
        if gone := missing(texts, source, language) - {"title"}:
            yield Problem("no_translation", key, language, {"count": len(gone), "names": sorted(gone)})
        if old := stale(texts, source, language):
            yield Problem("stale", key, language, {"count": len(old), "names": sorted(old)})


def _of_links(
    node: Node, assets: set[str], nodes: set[str], questions: set[str], document: Document
) -> Iterator[Problem]:
    settings = node.settings
    if set(_named(node)) - assets:
        yield Problem("no_asset", node.key)
    linked = {key for said in node.texts.values() for key in blocks.links(said.get("blocks") or ())}
    if linked - nodes:
        yield Problem("no_node", node.key)
    asked = [key for key in settings.get("questions", ()) if isinstance(key, str)]
    if set(asked) - questions and node.kind == "quiz":
        yield Problem("no_question", node.key)
    if node.kind == "quiz" and not asked:
        yield Problem("no_questions", node.key)
    said = node.texts.get(document.language, {})
    if node.kind == "page" and not said.get("blocks"):
        yield Problem("empty", node.key)
    if node.kind == "section" and not document.children(node.key):
        yield Problem("empty", node.key)


def _of_levels(node: Node, wanted: list[str]) -> Iterator[Problem]:
    for language in wanted:
        found = level(blocks.text(node.texts.get(language, {}).get("blocks") or ()), language)
        if found.words >= _FEWEST and found.lix > HARD:
            yield Problem("hard", node.key, language, {"lix": found.lix, "needed": HARD})


def _of_assets(assets: list[Asset], wanted: list[str], decorative: set[str]) -> Iterator[Problem]:
    for asset in assets:
        values = {"name": asset.name, "asset": asset.key}
        if not asset.licence and not asset.credit:
            yield Problem("no_terms", "", "", values)
        for language in wanted:
            is_picture = asset.media_type.startswith("image/") and asset.key not in decorative
            if is_picture and not asset.alt.get(language):
                yield Problem("no_alt", "", language, values)
            if asset.media_type.startswith(_HEARD) and not asset.transcript.get(language):
                yield Problem("no_transcript", "", language, values)


def _named(node: Node) -> list[str]:
    """Keys of assets that a node names, in its settings or its blocks."""
    found = [node.settings["asset"]] if isinstance(node.settings.get("asset"), str) else []
    for said in node.texts.values():
        found += blocks.assets(said.get("blocks") or ())
    return [key for key in dict.fromkeys(found) if key]


def _decorative(node: Node) -> Iterator[str]:
    for said in node.texts.values():
        for block in said.get("blocks") or ():
            if block["type"] == "image" and block["data"].get("decorative"):
                yield block["data"].get("asset", "")


def _in_text(text: Any) -> list[str]:
    return re.findall(r"\"asset:([^\"]+)\"", text) if isinstance(text, str) else []
