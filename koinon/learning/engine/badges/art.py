"""Pictures of badges from an accent and two letters: SVG and PNG, readable without colour, no names inside."""

import base64
import io
import math
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:  # who draws loads what that needs
    from PIL import Image, ImageDraw, ImageFont

COLOURS = {
    "aegean": ("#0b5c8c", "#e4f1f8"), "lagoon": ("#0b6b6f", "#e0f3f2"), "pine": ("#1f6b3a", "#e5f3e8"),
    "olive": ("#5d6312", "#f1f2dd"), "terracotta": ("#9a3f1c", "#f9e9e2"), "ruby": ("#a01b43", "#fae5eb"),
    "murex": ("#7a2a7d", "#f5e6f5"), "iris": ("#4a43a8", "#e9e8f8"),
}  # fmt: skip
"""accent: (deep, light); the letters are deep on light, at least 5:1."""
EDGE = 512
LEAVES = 16
FONTS = Path(__file__).resolve().parents[3] / "kit" / "static" / "kit" / "fonts"
SCRIPTS = {"GREEK": "koinon-greek", "CYRILLIC": "koinon-cyrillic"}


def initials(name: str) -> str:
    """The first letters of the first two long words, or of the only one: at most two capitals."""
    words = [word for word in "".join(c if c.isalnum() else " " for c in name).split() if word]
    long = [word for word in words if len(word) > 3 or word[0].isdigit()] or words
    return "".join(_plain(word[0]) for word in long[:2]).upper() or "*"


def svg(letters: str, accent: str, title: str) -> str:
    """The picture as SVG with its title for screen readers."""
    deep, light = COLOURS.get(accent, COLOURS["aegean"])
    leaves = "".join(
        f'<path d="M256 18 L282 78 L230 78 Z" transform="rotate({360 / LEAVES * turn:g} 256 256)"/>'
        for turn in range(LEAVES)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {EDGE} {EDGE}" role="img">'
        f"<title>{escape(title)}</title>"
        f'<g fill="{deep}">{leaves}<circle cx="256" cy="256" r="190"/></g>'
        f'<circle cx="256" cy="256" r="164" fill="{light}"/>'
        f'<circle cx="256" cy="256" r="150" fill="none" stroke="{deep}" stroke-width="4"/>'
        f'<text x="256" y="256" dy="0.35em" text-anchor="middle" font-family="Commissioner, sans-serif" '
        f'font-size="140" font-weight="700" fill="{deep}">{escape(letters)}</text></svg>\n'
    )


def png(letters: str, accent: str) -> bytes:
    """The same as PNG, 512 pixels wide."""
    from PIL import Image, ImageDraw

    deep, light = COLOURS.get(accent, COLOURS["aegean"])
    wide = EDGE * 2
    picture = Image.new("RGBA", (wide, wide), (255, 255, 255, 0))
    draw = ImageDraw.Draw(picture)
    for turn in range(LEAVES):
        draw.polygon([_turned(x, y, turn) for x, y in ((512, 36), (564, 156), (460, 156))], fill=deep)
    _circle(draw, 380, fill=deep)
    _circle(draw, 328, fill=light)
    _circle(draw, 300, outline=deep, width=8)
    _write(draw, letters, deep)
    return _written(picture.resize((EDGE, EDGE), Image.Resampling.LANCZOS))


def of_picture(data: bytes, title: str) -> tuple[bytes, str]:
    """(PNG, SVG) of a picture that somebody brought and that was checked before: fitted into the square."""
    from PIL import Image

    with Image.open(io.BytesIO(data)) as source:
        source.thumbnail((EDGE, EDGE))
        square = Image.new("RGBA", (EDGE, EDGE), (255, 255, 255, 0))
        inside = source.convert("RGBA")
        square.alpha_composite(inside, ((EDGE - inside.width) // 2, (EDGE - inside.height) // 2))
    made = _written(square)
    inline = base64.b64encode(made).decode()
    drawn = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {EDGE} {EDGE}" role="img"><title>{escape(title)}</title>'
        f'<image width="{EDGE}" height="{EDGE}" href="data:image/png;base64,{inline}"/></svg>\n'
    )
    return made, drawn


def _turned(x: float, y: float, turn: int) -> tuple[float, float]:
    """A point turned around the middle by so many leaves."""
    angle, x, y = math.tau / LEAVES * turn, x - 512, y - 512
    return 512 + x * math.cos(angle) - y * math.sin(angle), 512 + x * math.sin(angle) + y * math.cos(angle)


def _circle(draw: "ImageDraw.ImageDraw", radius: int, **look: object) -> None:
    draw.ellipse((512 - radius, 512 - radius, 512 + radius, 512 + radius), **look)  # type: ignore[arg-type]


def _written(picture: "Image.Image") -> bytes:
    file = io.BytesIO()
    picture.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


def _plain(letter: str) -> str:
    """Without its accent, where a capital carries none (Greek), so that every font of ours has it."""
    bare = unicodedata.normalize("NFD", letter)[0]
    return bare if unicodedata.name(bare, "").startswith("GREEK") else letter


def _write(draw: "ImageDraw.ImageDraw", letters: str, fill: str) -> None:
    """Each letter in the font of its script, together in the middle."""
    fonts = [_font(letter) for letter in letters]
    widths = [font.getlength(letter) for font, letter in zip(fonts, letters, strict=True)]
    x, baseline = 512 - sum(widths) / 2, 612
    for font, letter, width in zip(fonts, letters, widths, strict=True):
        draw.text((x, baseline), letter, fill=fill, font=font, anchor="ls")
        x += width


def _font(letter: str) -> "ImageFont.FreeTypeFont":
    script = unicodedata.name(letter, "LATIN").partition(" ")[0]
    latin = "koinon-latin" if ord(letter) < 256 else "koinon-latin-ext"
    return _read_font(SCRIPTS.get(script, latin))


@lru_cache(maxsize=8)
def _read_font(name: str) -> "ImageFont.FreeTypeFont":
    from PIL import ImageFont

    font = ImageFont.truetype(str(FONTS / f"{name}.woff2"), 280)
    axes = font.get_variation_axes()
    font.set_variation_by_axes([700.0 if each["name"] == b"Weight" else float(each["default"] or 0) for each in axes])
    return font
