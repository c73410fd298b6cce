"""The encoder in this process: a folder with `tokenizer.json` and an ONNX model, run by onnxruntime.

Our own folder comes from `build`; any other sentence encoder exported to ONNX works as well (multilingual MiniLM,
LaBSE, bge-m3): its inputs, pooling and prefixes are read from the files that usually lie beside it.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .build import read_manifest
from .clean import WINDOW, clean, widened, windows
from .port import EncoderUnavailable, Kind, Vectors

TOKENS_AT_ONCE = 1024
"""Tokens in one run of the model, padding counted: keeps the process under 500 MB whatever is sent."""

TEXTS_AT_ONCE = 256


@dataclass(frozen=True)
class Window:
    """A piece of one text, ready for the model: which text it is of, its tokens with ends and prefix."""

    text: int
    tokens: list[int]


class Encoder:
    """A model held in memory. Any number of threads may call `encode` at the same time."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Load the model of `folder` (0.6 s, about 400 MB); raises EncoderUnavailable with the reason.

        `threads` is one beside a web server and two in a worker; waiting threads sleep, they do not spin.
        """
        self._folder = folder
        try:
            self._load(max(1, threads))
        except Exception as error:  # the libraries raise many kinds, for a missing file as for a damaged one
            raise EncoderUnavailable(f"The encoder in {folder} cannot be loaded: {error}") from error
        self.size = int(self._run([Window(0, self._head + self._tail or [0])]).shape[1])

    @property
    def version(self) -> str:
        """Name of the model and its rounding, from the manifest; else the folder's name and a checksum."""
        return self._version

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """Give one unit vector per text, float32 [len(texts), size], in the order of the texts.

        Texts are cleaned here; a long one is read in windows, whose vectors are averaged. A text has the same
        vector (to five digits) alone and in any company. No error for any string.
        """
        found = np.zeros((len(texts), self.size), np.float32)
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            part = texts[start : start + TEXTS_AT_ONCE]
            cut = [window for place, text in enumerate(part) for window in self._windows(place, text, kind)]
            for batch in _batches(cut):
                vectors = self._run(batch)
                np.add.at(found, [start + window.text for window in batch], vectors)
        result: Vectors = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
        return result

    def _load(self, threads: int) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from tokenizers import Tokenizer

        manifest = read_manifest(self._folder)
        self._tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._head, self._tail = _ends(self._tokenizer)
        self._pad = self._tokenizer.token_to_id("<pad>") or self._tokenizer.token_to_id("[PAD]") or 0
        prefixes = manifest.get("prefixes") or _read(self._folder / "config_sentence_transformers.json").get("prompts")
        self._prefixes = {
            kind: self._plain(str((prefixes or {}).get(kind, "")).rstrip()) for kind in ("query", "passage")
        }
        model = next(
            (path for name in ("model.onnx", "onnx/model.onnx") if (path := self._folder / name).is_file()), None
        )
        if model is None:
            raise FileNotFoundError("there is no model.onnx")
        self._version = manifest.get("version") or _name(self._folder, model)
        self._open(model, threads)

    def _open(self, model: Path, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._inputs = {each.name: each.type for each in self._session.get_inputs()}
        self._output = _choose_output(self._session.get_outputs())
        pooling = _read(self._folder / "1_Pooling" / "config.json")
        self._takes_first = bool(pooling.get("pooling_mode_cls_token"))

    def _plain(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids) if text else []

    def _windows(self, place: int, text: str, kind: Kind) -> Iterator[Window]:
        tokens = self._plain(widened(clean(text)))
        for window in windows(tokens, WINDOW):
            yield Window(place, [*self._head, *self._prefixes[kind], *window, *self._tail])

    def _run(self, batch: list[Window]) -> Vectors:
        longest = max(len(window.tokens) for window in batch)
        tokens = np.full((len(batch), longest), self._pad, np.int64)
        mask = np.zeros_like(tokens)
        for row, window in enumerate(batch):
            tokens[row, : len(window.tokens)] = window.tokens
            mask[row, : len(window.tokens)] = 1
        fed = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
        given = {
            name: fed[name].astype(np.int32) if "int32" in kind else fed[name] for name, kind in self._inputs.items()
        }
        (output,) = self._session.run([self._output], given)
        return self._pool(np.asarray(output, np.float32), mask)

    def _pool(self, output: Vectors, mask: NDArray[np.int64]) -> Vectors:
        """Bring the model's result to one unit vector per row: first token or mean when it gives one per token."""
        if output.ndim == 3:
            weights = mask[:, :, None].astype(np.float32)
            output = output[:, 0] if self._takes_first else (output * weights).sum(1) / weights.sum(1)
        vectors: Vectors = output / np.maximum(np.linalg.norm(output, axis=1, keepdims=True), 1e-12)
        return vectors


def _batches(cut: list[Window]) -> Iterator[list[Window]]:
    """Group windows of like length, so that little is padded and no run is larger than TOKENS_AT_ONCE."""
    batch: list[Window] = []
    for window in sorted(cut, key=lambda each: len(each.tokens)):
        if batch and (len(batch) + 1) * len(window.tokens) > TOKENS_AT_ONCE:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def _ends(tokenizer: Any) -> tuple[list[int], list[int]]:
    """Find the special tokens that this tokenizer sets before and after a text."""
    bare = list(tokenizer.encode("a", add_special_tokens=False).ids)
    whole = list(tokenizer.encode("a").ids)
    if not bare:
        return whole, []
    at = next((place for place in range(len(whole)) if whole[place : place + len(bare)] == bare), len(whole))
    return whole[:at], whole[at + len(bare) :]


def _choose_output(outputs: Sequence[Any]) -> str:
    """Prefer a vector of the whole sentence, else the vectors of its tokens, else whatever comes first."""
    names = [each.name for each in outputs]
    known = ("sentence_embedding", "dense_vecs", "embeddings", "last_hidden_state", "token_embeddings")
    return next((name for name in known if name in names), names[0])


def _name(folder: Path, model: Path) -> str:
    """Name a model that brought no manifest: its folder and the beginning of a checksum of its weights."""
    mixed = hashlib.sha256()
    for path in sorted(model.parent.glob("model*")):
        with path.open("rb") as file:
            mixed.update(hashlib.file_digest(file, "sha256").digest())
    return f"{folder.name}-{mixed.hexdigest()[:8]}"


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
