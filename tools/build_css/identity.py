"""Draw the mark, the wordmark, the icons and the social picture from their few numbers.

The mark is a kappa, the letter that Latin, Greek and Cyrillic share: five points, joined, the fifth an open ring for
the place that joins next. Run by hand: `python identity.py [CHROMIUM]`; needs fonttools, brotli, pillow and playwright.
"""

import sys
from io import BytesIO
from pathlib import Path

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from PIL import Image
from playwright.sync_api import Page, sync_playwright

KIT = Path(__file__).resolve().parents[2] / "koinon" / "kit" / "static" / "kit"
ACCENT, ACCENT_DARK, INK, SUN = "#0b5c86", "#7cc3ea", "#14222b", "#ffc629"
THREAD = "M8.5 6.5v19M8.5 17 23 6.5M8.5 17l12.6 6.2"
POINTS = ((8.5, 6, 3.6), (8.5, 26, 3.6), (8.5, 16.6, 3), (23.5, 6, 3.6))
RING = (23.6, 24.6, 3.3)
PLACES = (
    *((690, 120, 16), (830, 70, 9), (905, 190, 22), (1060, 130, 12), (1120, 260, 18), (985, 330, 10)),
    *((1075, 440, 14), (890, 470, 24), (760, 380, 12), (690, 520, 10), (1000, 560, 12), (760, 240, 9)),
)
JOINS = (
    *((0, 1), (1, 2), (0, 11), (11, 2), (2, 3), (3, 4), (4, 5), (2, 5)),
    *((5, 6), (6, 7), (7, 8), (8, 11), (7, 9), (7, 10), (6, 10)),
)


def mark(colour: str = "currentColor") -> str:
    """The mark in one colour, in a square of 32."""
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="{r}"/>' for x, y, r in POINTS)
    x, y, r = RING
    return (
        f'<g id="mark" fill="{colour}"><path d="{THREAD}" fill="none" stroke="{colour}" stroke-width="2.6"/>{dots}'
        f'<circle cx="{x}" cy="{y}" r="{r}" fill="none" stroke="{colour}" stroke-width="2.6"/></g>'
    )


def outlines(words: str, size: float, x: float, y: float) -> str:
    """Words in the bold end of the site's font as one path, so that a picture needs no font."""
    font = instantiateVariableFont(TTFont(KIT / "fonts" / "koinon-latin.woff2"), {"wght": 700})
    glyphs, names, scale = font.getGlyphSet(), font.getBestCmap(), size / font["head"].unitsPerEm
    drawn = []
    for sign in words:
        glyph = glyphs[names[ord(sign)]]
        pen = SVGPathPen(glyphs, ntos=lambda value: f"{value:.2f}".rstrip("0").rstrip("."))
        glyph.draw(TransformPen(pen, (scale, 0, 0, -scale, x, y)))
        drawn.append(pen.getCommands())
        x += glyph.width * scale
    return "".join(drawn)


def svg(box: str, body: str, extra: str = "") -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"{extra}>{body}</svg>\n'


def social() -> str:
    """1200 x 630: a league of points over the right half, the name, one sentence."""
    lines = "".join(f"M{PLACES[a][0]} {PLACES[a][1]}L{PLACES[b][0]} {PLACES[b][1]}" for a, b in JOINS)
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="{r}"/>' for x, y, r in PLACES)
    needed, offered = PLACES[2], PLACES[7]
    bridge = f"M{needed[0]} {needed[1]}Q830 340 {offered[0]} {offered[1]}"
    suns = "".join(f'<circle cx="{x}" cy="{y}" r="{r + 3}"/>' for x, y, r in (needed, offered))
    sentence = outlines("Places that learn", 46, 88, 512) + outlines("find each other", 46, 88, 566)
    parts = (
        '<rect width="1200" height="630" fill="#0a3d59"/>',
        f'<path d="{lines}" stroke="#3f7d9f" stroke-width="3" fill="none"/><g fill="#9fd3ef">{dots}</g>',
        f'<path d="{bridge}" stroke="{SUN}" stroke-width="6" fill="none"/><g fill="{SUN}">{suns}</g>',
        f'<g transform="translate(78 150) scale(5)">{mark("#fff")}</g>',
        f'<path fill="#fff" d="{outlines("Koinon", 132, 84, 440)}"/><path fill="#d5ebf6" d="{sentence}"/>',
    )
    return svg("0 0 1200 630", "".join(parts), ' width="1200" height="630"')


def picture(page: Page, source: str, width: int, height: int) -> Image.Image:
    """An SVG as the browser paints it."""
    page.set_viewport_size({"width": width, "height": height})
    page.set_content(f"<style>*{{margin:0}}svg{{display:block;width:{width}px;height:{height}px}}</style>{source}")
    return Image.open(BytesIO(page.screenshot(omit_background=True)))


def main(chromium: str) -> None:
    """Write every file of the identity."""
    both = f"<style>g{{color:{ACCENT}}}@media(prefers-color-scheme:dark){{g{{color:{ACCENT_DARK}}}}}</style>"
    (KIT / "mark.svg").write_text(svg("0 0 32 32", both + mark()), encoding="utf-8")
    word = f'<path fill="currentColor" d="{outlines("Koinon", 30, 39, 26.4)}"/>'
    (KIT / "wordmark.svg").write_text(
        svg("0 0 142 32", f'<g color="{ACCENT}">{mark()}</g><g color="{INK}">{word}</g>'), encoding="utf-8"
    )
    (KIT / "social.svg").write_text(social(), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        picture(page, social(), 1200, 630).convert("RGB").quantize(96).save(KIT / "social.png", optimize=True)
        ground = f'<rect width="32" height="32" fill="{ACCENT}"/>'
        plate = f'{ground}<g transform="translate(5.5 5.2) scale(.66)">{mark("#fff")}</g>'
        picture(page, svg("0 0 32 32", plate), 180, 180).convert("RGB").quantize(32).save(
            KIT / "touch.png", optimize=True
        )
        icons = [picture(page, svg("0 0 32 32", mark(ACCENT)), side, side) for side in (48, 32, 16)]
        icons[0].save(KIT / "favicon.ico", sizes=[(48, 48), (32, 32), (16, 16)], append_images=icons[1:])
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "/usr/bin/chromium")
