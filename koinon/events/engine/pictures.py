"""The picture that other sites show of an event: title, day, place and holder in its colours, beside its photo."""

import io
import unicodedata
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

WIDE, HIGH, EDGE = 1200, 630, 80
BESIDE = 700
"""What words have of the width when a photo stands beside them."""
SMALL = (320, 180)
COLOURS = {
    "aegean": ("#0b5c8c", "#e4f1f8"), "lagoon": ("#0b6b6f", "#e0f3f2"), "pine": ("#1f6b3a", "#e5f3e8"),
    "olive": ("#5d6312", "#f1f2dd"), "terracotta": ("#9a3f1c", "#f9e9e2"), "ruby": ("#a01b43", "#fae5eb"),
    "murex": ("#7a2a7d", "#f5e6f5"), "iris": ("#4a43a8", "#e9e8f8"),
}  # fmt: skip
"""accent: (deep, light); light on deep, at least 5:1."""
FONTS = Path(__file__).resolve().parents[2] / "kit" / "static" / "kit" / "fonts"
SCRIPTS = {"GREEK": "koinon-greek", "CYRILLIC": "koinon-cyrillic"}
MOST_LINES = 4


def png(title: str, when: str, where: str, holder: str, accent: str, photo: bytes = b"") -> bytes:
    """1200 by 630 pixels, a photo on the right. What does not fit is cut; signs no font of ours has are left out."""
    deep, light = COLOURS.get(accent, COLOURS["aegean"])
    picture = Image.new("RGB", (WIDE, HIGH), deep)
    if photo:
        picture.paste(_fitted(photo, (WIDE - BESIDE, HIGH)), (BESIDE, 0))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, HIGH - 24, WIDE, HIGH), fill=light)
    room, large, small, least = (BESIDE - EDGE - 30, 56, 28, 24) if photo else (WIDE - 2 * EDGE, 72, 38, 32)
    y, size = EDGE, large if len(title) < 50 else round(large * 0.78)
    for line in _lines(title, size, room):
        _write(draw, line, (EDGE, y), size, light)
        y += round(size * 1.2)
    y = max(y + 24, 400)
    for text, each in ((when, small), (where, small), (holder, least)):
        for line in _lines(text, each, room)[:2]:
            if y < HIGH - 70:
                _write(draw, line, (EDGE, y), each, light)
                y += round(each * 1.5)
    file = io.BytesIO()
    picture.quantize(256 if photo else 64).save(file, "PNG", optimize=True)
    return file.getvalue()


def small(photo: bytes) -> bytes:
    """The middle of a photo, as it stands in lists."""
    file = io.BytesIO()
    _fitted(photo, SMALL).save(file, "WEBP", quality=80, method=4)
    return file.getvalue()


def _fitted(photo: bytes, size: tuple[int, int]) -> Image.Image:
    with Image.open(io.BytesIO(photo)) as taken:
        return ImageOps.fit(taken.convert("RGB"), size)


def _lines(text: str, size: int, room: int) -> list[str]:
    """Words put into lines that fit."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if (lines and _width(joined, size) > room) or not lines:
            lines.append(word)
        else:
            lines[-1] = joined
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1]}…"]
    return [_cut(line, size, room) for line in lines]


def _cut(text: str, size: int, room: int) -> str:
    if _width(text, size) <= room:
        return text
    while text and _width(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _width(text: str, size: int) -> float:
    return sum(_font(letter, size).getlength(letter) for letter in text)


def _write(draw: ImageDraw.ImageDraw, text: str, at: tuple[int, int], size: int, fill: str) -> None:
    """Each letter in the font of its script, on one baseline."""
    x, baseline = float(at[0]), at[1] + size
    for letter in text:
        font = _font(letter, size)
        draw.text((x, baseline), letter, fill=fill, font=font, anchor="ls")
        x += font.getlength(letter)


def _font(letter: str, size: int) -> ImageFont.FreeTypeFont:
    script = unicodedata.name(letter, "LATIN").partition(" ")[0]
    is_latin = ord(letter) < 256 or 0x2000 <= ord(letter) < 0x2070
    return _read(SCRIPTS.get(script, "koinon-latin" if is_latin else "koinon-latin-ext"), size)


@lru_cache(maxsize=24)
def _read(name: str, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(FONTS / f"{name}.woff2"), size)
    font.set_variation_by_axes([650])
    return font
