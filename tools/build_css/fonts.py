"""Make the site's font files from Commissioner: one weight axis, flared as it grows bold, one small file per script.

Commissioner (SIL Open Font Licence) has a flare axis. A second axis would cost a third more bytes, so the corners
"regular, no flare" and "bold, full flare" become the two ends of the weight axis: headings look cut in stone, text
stays plain.
Needs fonttools and brotli, and the unpacked npm package @fontsource-variable/commissioner: `python fonts.py PACKAGE`.
"""

import sys
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.designspaceLib import AxisDescriptor, DesignSpaceDocument, SourceDescriptor
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem
from fontTools.varLib import build, instancer

TARGET = Path(__file__).resolve().parents[2] / "koinon" / "kit" / "static" / "kit" / "fonts"
ENDS = {400: 0, 700: 100}
GRID = 800
"""Units of an em. Commissioner is drawn on 2000: fewer save an eighth of the bytes and no letter, and half a unit is a
twentieth of a pixel in our largest heading."""
KEPT = ["kern", "liga", "ccmp", "locl", "mark", "mkmk"]
TONGUES = [
    "DFLT.dflt",
    "latn.*",
    "grek.dflt",
    "cyrl.dflt",
    "cyrl.SRB ",
    "cyrl.MKD ",
]  # Bulgarian forms: 30 glyphs
SCRIPTS = {
    "latin": "20-7E,A0-FF,131,152-153,2C6,2DA,2DC,2010-2015,2018-201E,2020-2022,2026,2030,2039-203A,2044,20AC,2122,"
    "2190-2193,2212",
    "latin-ext": "100-107,10A-113,116-11B,11E-123,126-127,12A-12B,12E-130,136-137,139-13E,141-148,14A-14D,150-151,"
    "154-15B,15E-167,16A-16B,16E-17E,218-21B",
    "greek": "384-38A,38C,38E-3A1,3A3-3CE",
    "cyrillic": "400-45F,490-491,2116",
}


def code_points(ranges: str) -> list[int]:
    """Hexadecimal ranges as numbers."""
    found: list[int] = []
    for piece in ranges.split(","):
        first, _, last = piece.partition("-")
        found += range(int(first, 16), int(last or first, 16) + 1)
    return found


def corner(source: Path, script: str, weight: int) -> TTFont:
    """One end of the new axis, cut down to the script."""
    fixed = {"wght": weight, "FLAR": ENDS[weight], "VOLM": 0, "slnt": 0}
    font = instancer.instantiateVariableFont(TTFont(source), fixed, overlap=instancer.OverlapMode.KEEP_AND_SET_FLAGS)
    options = subset.Options(layout_features=KEPT, layout_scripts=TONGUES, name_IDs=[0, 1, 13], hinting=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=code_points(SCRIPTS[script]))
    cutter.subset(font)
    scale_upem(font, GRID)
    font.flavor = None
    kept = BytesIO()
    font.save(kept)
    return TTFont(BytesIO(kept.getvalue()))


def main(package: Path) -> None:
    """Write one woff2 per script."""
    for script in SCRIPTS:
        space = DesignSpaceDocument()
        space.addAxis(AxisDescriptor(tag="wght", name="Weight", minimum=400, default=400, maximum=700))
        for weight in ENDS:
            font = corner(package / "files" / f"commissioner-{script}-full-normal.woff2", script, weight)
            space.addSource(SourceDescriptor(font=font, location={"Weight": weight}, name=str(weight)))
        made, _, _ = build(space)
        del made["HVAR"], made["STAT"]  # browsers find the widths in gvar, and ask for no style names
        made.flavor = "woff2"
        made.save(TARGET / f"koinon-{script}.woff2")
        print(script, (TARGET / f"koinon-{script}.woff2").stat().st_size)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
