"""The encoder as search uses it: patient in jobs, a tenth of a second in a page.

A question is read by the encoder process in the same breath: its words, its language, its vector. While that process
is away a question is read here, by the same function, and this process grows by the tables until it is back.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache

from django.conf import settings

from koinon.kit.meaning import reading
from koinon.kit.meaning.arrays import Floats, np
from koinon.kit.meaning.http import Encoder, NoReader
from koinon.kit.meaning.port import EncoderPort, EncoderUnavailable, Kind
from koinon.kit.meaning.reading import Reading

Array = Floats
PAGE_SECONDS = 0.1
QUESTION_SECONDS = 2.0
"""For the words of a question, which a search cannot do without: a table not yet in memory is loaded in less."""

JOB_SECONDS = 120.0
QUESTIONS_KEPT = 512
_given: EncoderPort | None = None
_questions: dict[tuple[str, ...], tuple[Reading, list[float]]] = {}
_read_here: list[bool] = []


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


def words(texts: Sequence[tuple[str, str]]) -> list[list[list[str]]]:
    """The words of texts (each with its language) in their forms, in a job: read by the encoder process, else here."""
    if _given is None:
        with suppress(EncoderUnavailable):
            found = _configured(JOB_SECONDS).words(texts)
            _put_away()
            return found
    from koinon.kit.meaning.words import lexemes

    _read_here[:] = [True]
    return [lexemes(text, language) for text, language in texts]


def question(text: str, language: str, spoken: Sequence[str] = ()) -> tuple[Reading, list[float] | None]:
    """How what somebody typed into a search box reads, and its vector; None when that does not come in time."""
    key = (str(id(_given)), text, language, *spoken)
    if (kept := _questions.get(key)) is not None:
        return kept
    read, vector = _asked(text, language, spoken)
    if vector is not None:
        if len(_questions) >= QUESTIONS_KEPT:
            _questions.pop(next(iter(_questions)), None)
        _questions[key] = read, vector
    return read, vector


def of_question(text: str) -> list[float] | None:
    """The vector alone of what somebody typed into a search box; None when it does not come in time."""
    try:
        vector: list[float] = _port(PAGE_SECONDS).encode([text], "query")[0].tolist()
    except EncoderUnavailable:
        return None
    return vector


def _asked(text: str, language: str, spoken: Sequence[str]) -> tuple[Reading, list[float] | None]:
    """Ask the encoder process for all at once; an encoder that only embeds, for the vector."""
    if _given is None:
        try:
            found = _configured(QUESTION_SECONDS).question(text, language, spoken, seconds=PAGE_SECONDS)
        except NoReader:
            pass
        except EncoderUnavailable:
            return _read(text, language, spoken), None
        else:
            _put_away()
            return found
    return _read(text, language, spoken), of_question(text)


def _read(text: str, language: str, spoken: Sequence[str]) -> Reading:
    _read_here[:] = [True]
    return reading.read(text, language, spoken)


def _put_away() -> None:
    """The encoder process is back: what was loaded while it was away is given back."""
    if _read_here:
        _read_here.clear()
        reading.forget()


def _port(seconds: float) -> EncoderPort:
    return _given or _configured(seconds)


@lru_cache(maxsize=4)
def _configured(seconds: float) -> Encoder:
    address = settings.KOINON_ENCODER or f"unix:{settings.KOINON_DATA / 'encoder.sock'}"
    return Encoder(address, key=settings.KOINON_ENCODER_KEY, model=settings.KOINON_ENCODER_MODEL, timeout=seconds)
