"""The encoder as search uses it: patient in jobs, a tenth of a second in a page."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from koinon.kit.meaning.port import EncoderPort, EncoderUnavailable, Kind

Array = NDArray[np.float32]
PAGE_SECONDS = 0.1
JOB_SECONDS = 120.0
QUESTIONS_KEPT = 512
_given: EncoderPort | None = None
_questions: dict[tuple[str, str], Array] = {}


@contextmanager
def using(port: EncoderPort) -> Iterator[None]:
    """Use this encoder instead of the configured one: in tests, benches and commands that hold their own."""
    global _given
    before, _given = _given, port
    _questions.clear()
    try:
        yield
    finally:
        _given = before
        _questions.clear()


def version() -> str:
    """The name of the encoder in use; "" while it is away."""
    try:
        return _port(JOB_SECONDS).version
    except EncoderUnavailable:
        return ""


def encode(texts: Sequence[str], prefix: Kind) -> Array | None:
    """Vectors of texts, in a job; None while the encoder is away."""
    if not texts:
        return np.zeros((0, 0), np.float32)
    try:
        return _port(JOB_SECONDS).encode(texts, prefix)
    except EncoderUnavailable:
        return None


def of_question(text: str) -> Array | None:
    """The vector of what somebody typed into a search box; None when it does not come in time."""
    key = (str(id(_given)), text)
    if (kept := _questions.get(key)) is not None:
        return kept
    try:
        vector: Array = _port(PAGE_SECONDS).encode([text], "query")[0]
    except EncoderUnavailable:
        return None
    if len(_questions) >= QUESTIONS_KEPT:
        _questions.pop(next(iter(_questions)))
    _questions[key] = vector
    return vector


def _port(seconds: float) -> EncoderPort:
    return _given or _configured(seconds)


@lru_cache(maxsize=2)
def _configured(seconds: float) -> EncoderPort:
    from koinon.kit.meaning import http  # loaded by those who ask an encoder only

    address = settings.KOINON_ENCODER or f"unix:{settings.KOINON_DATA / 'encoder.sock'}"
    return http.Encoder(address, key=settings.KOINON_ENCODER_KEY, model=settings.KOINON_ENCODER_MODEL, timeout=seconds)
