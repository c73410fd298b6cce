"""Suggests themes for a text: the writer taps one, and readers see it in their own language.

Two signs are added: words of a theme's label that stand in the text (as lemmas, rare ones count more), and nearness
in meaning to the labels of the theme in *all* its languages, so that a theme with no label in the writer's
language is found too. Vectors of labels are computed once, by `prepare`, and kept in the data folder.
"""

import hashlib
import json
import math
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from koinon.kit.meaning.arrays import np

from . import calibration, words
from .folding import fold
from .port import EncoderPort, EncoderUnavailable, Vectors

Concepts = Iterable[tuple[str, Mapping[str, str]]]
Centre = Callable[[Vectors, str], Vectors]
"""Takes the accent of a language out of the vector of a text: (float32 [size], language) -> float32 [size]."""

SUGGESTED = 5
WORDS_COUNT = 0.3
"""What a label whose words all stand in the text adds to a nearness (which runs from about 0 to 0.5)."""

STEM, ALIKE = 6, 0.7
"""Letters by which two longer words are taken for forms of one, and how much such a likeness counts."""

ENOUGH = 0.08
"""Sum of both signs from which a theme is worth showing."""

NAMED = 3
"""Letters with which a word must begin like a name before nearness to that name counts."""

FALLBACK = "en"
METHOD = "themes.1"


@dataclass(frozen=True)
class Meanings:
    """Vectors of themes: one per concept (the middle of its labels) and the means of the labels by language."""

    middles: Vectors = field(repr=False)
    accent: calibration.Calibration = field(repr=False)


class Themes:
    """A vocabulary that can be asked. Without an encoder, or before `prepare`, words alone decide."""

    def __init__(self, concepts: Concepts, encoder: EncoderPort | None = None, cache: Path | None = None) -> None:
        """Take concepts as (id, {language: label}); `cache` is a folder for their vectors."""
        self._concepts = [(key, dict(labels)) for key, labels in concepts]
        self._encoder, self._folder = encoder, cache
        self._meanings: Meanings | None = None
        self._labels: dict[str, list[frozenset[str]]] = {}
        self._names = {
            place: tuple({fold(label)[:NAMED] for label in labels.values()})
            for place, (_, labels) in enumerate(self._concepts)
            if _is_name(labels.get(FALLBACK, ""))
        }

    def prepare(self, encoder: EncoderPort | None = None, progress: Callable[[int, int], None] | None = None) -> None:
        """Compute the vectors of all labels and keep them, unless they are there (6,500 labels: 15 s of one core).

        For set-up and jobs. Raises EncoderUnavailable when the encoder is away.
        """
        asked = encoder or self._encoder
        if asked is None or not self._concepts or self._read(asked.version):
            return
        rows = [
            (place, tongue, label)
            for place, (_, labels) in enumerate(self._concepts)
            for tongue, label in labels.items()
        ]
        parts = []
        for start in range(0, len(rows), 256):
            parts.append(asked.encode([label for _, _, label in rows[start : start + 256]], "query"))
            if progress:
                progress(min(start + 256, len(rows)), len(rows))
        tongues, kinds = [tongue for _, tongue, _ in rows], ["label"] * len(rows)
        vectors = np.concatenate(parts)
        accent = calibration.fit(vectors, tongues, kinds, encoder=asked.version)
        middles = np.zeros((len(self._concepts), vectors.shape[1]), np.float32)
        np.add.at(middles, [place for place, _, _ in rows], accent.apply(vectors, tongues, kinds))
        self._meanings = Meanings(calibration.unit(middles), accent)
        self._write(asked.version, self._meanings)

    def suggest(self, text: str, language: str, limit: int = SUGGESTED, *, centre: Centre | None = None) -> list[str]:
        """Give the ids of the themes that fit best, best first, at most `limit`; fewer when few fit.

        `centre` is the network's own calibration for such texts; without it that of the labels is used. When the
        encoder is away, words alone decide. Never fails.
        """
        if not text.strip() or not self._concepts:
            return []
        scores = self._by_words(text, language) * WORDS_COUNT
        near = self._by_meaning(text, language, centre)
        if near is not None:
            scores = scores + self._without_names(near, text)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [self._concepts[place][0] for place in best if scores[place] >= ENOUGH]

    def _by_words(self, text: str, language: str) -> Vectors:
        """How much of a label stands in the text, 0 to 1, in the text's language or in English."""
        found = np.zeros(len(self._concepts), np.float32)
        for tongue in dict.fromkeys((language, FALLBACK)):
            written = {form for forms in words.lexemes(text, tongue) for form in forms[-1:]}
            stems = {word[:STEM] for word in written if len(word) > STEM}
            labels = self._lemmas(tongue)
            counts = Counter(word for label in labels for word in label)
            for place, label in enumerate(labels):
                weights = {word: math.log(1 + len(labels) / counts[word]) for word in label}
                stands = sum(weight * _stands(word, written, stems) for word, weight in weights.items())
                found[place] = max(found[place], (stands / max(sum(weights.values()), 1e-9)) ** 2)
        return found

    def _without_names(self, near: Vectors, text: str) -> Vectors:
        """Nearness, but to a name only where a word begins like it: spelling leads an encoder from rooms to Roma."""
        written = [forms[0] for forms in words.lexemes(text) if forms]
        strange = [
            place for place, starts in self._names.items() if not any(word.startswith(starts) for word in written)
        ]
        kept = near.copy()
        kept[strange] = 0
        return kept

    def _lemmas(self, language: str) -> list[frozenset[str]]:
        """The lemmas of each label in one language; short words (of, the, y) carry nothing."""
        if language not in self._labels:
            read = [words.lexemes(labels.get(language, ""), language) for _, labels in self._concepts]
            self._labels[language] = [
                frozenset(forms[-1] for forms in label if forms and len(forms[-1]) > 2) for label in read
            ]
        return self._labels[language]

    def _by_meaning(self, text: str, language: str, centre: Centre | None) -> Vectors | None:
        if self._encoder is None:
            return None
        try:
            version = self._encoder.version
            meanings = self._meanings
            if meanings is None or meanings.accent.encoder != version:
                meanings = self._read(version)
            if meanings is None:
                return None
            vector = self._encoder.encode([text], "query")
        except EncoderUnavailable:
            return None
        if centre is not None:
            turned = calibration.unit(np.asarray(centre(vector[0], language), np.float32)[None])
        else:
            turned = meanings.accent.apply(vector, [language], ["label"])
        near: Vectors = meanings.middles @ turned[0]
        return near

    def _file(self, version: str) -> Path | None:
        told = hashlib.sha256(json.dumps([METHOD, version, self._concepts], sort_keys=True).encode()).hexdigest()
        return self._folder / f"themes-{told[:16]}.npz" if self._folder else None

    def _read(self, version: str) -> Meanings | None:
        path = self._file(version)
        if path is None or not path.is_file():
            return None
        try:
            with np.load(path, allow_pickle=False) as file:
                accent = calibration.Calibration.from_bytes(file["accent"].tobytes())
                self._meanings = Meanings(np.asarray(file["middles"], np.float32), accent)
        except (OSError, ValueError, KeyError):
            return None
        return self._meanings

    def _write(self, version: str, meanings: Meanings) -> None:
        path = self._file(version)
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".themes-", delete=False) as file:
            accent = np.frombuffer(meanings.accent.to_bytes(), np.uint8)
            np.savez(file, middles=meanings.middles.astype(np.float16), accent=accent)
        os.replace(file.name, path)


def _is_name(label: str) -> bool:
    """One word with a capital, as English writes the name of a people or a place."""
    return label.isalpha() and label.istitle()


def _stands(word: str, written: set[str], stems: set[str]) -> float:
    """1 when a word stands in the text, less when only its beginning does: no table knows every ending."""
    return 1.0 if word in written else ALIKE if len(word) > STEM and word[:STEM] in stems else 0.0


_in_use: list[Themes] = []


def use(concepts: Concepts, encoder: EncoderPort | None = None, cache: Path | None = None) -> Themes:
    """Set the vocabulary, the encoder and the folder that `suggest` uses from now on; called at start."""
    _in_use[:] = [Themes(concepts, encoder, cache)]
    return _in_use[0]


def suggest(text: str, language: str, limit: int = SUGGESTED, *, centre: Centre | None = None) -> Sequence[str]:
    """Suggest themes of the vocabulary in use; by words alone, over the default themes, when none was set."""
    return (_in_use[0] if _in_use else _default()).suggest(text, language, limit, centre=centre)


@lru_cache(maxsize=1)
def _default() -> Themes:
    from koinon.kit.vocabularies import eurovoc

    return Themes((each.id, each.labels) for each in eurovoc.default_concepts())
