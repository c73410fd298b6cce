"""Pictures of badges: the same each time, even all around, letters of every script."""

import io

import pytest
from PIL import Image, ImageChops, ImageOps

from koinon.learning.engine.badges import art, baking


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Reading a city budget", "RC"),
        ("Čitanje budžeta", "ČB"),
        ("Άσκηση", "Α"),
        ("Читање на буџетот", "ЧБ"),
        ("Žalia šaka", "ŽŠ"),
        ("10 steps", "1S"),
        ("?!", "*"),
    ],
)
def test_letters_of_every_script_are_drawn(name, letters):
    assert art.initials(name) == letters
    drawn = art.png(letters, "pine")
    assert drawn == art.png(letters, "pine")
    assert drawn != art.png("", "pine"), "the letters are there"
    assert baking.unbake(baking.bake(drawn, "x"))[0] == "x"
    assert letters in art.svg(letters, "pine", name)


def test_the_rays_stand_evenly_and_inside():
    with Image.open(io.BytesIO(art.png("", "ruby"))) as made:
        picture = made.convert("RGBA")
    assert picture.size == (art.EDGE, art.EDGE)
    for same in (picture.rotate(90), ImageOps.mirror(picture)):
        off = ImageChops.difference(picture.convert("RGB"), same.convert("RGB"))
        assert sum(off.convert("L").histogram()[60:]) < art.EDGE * art.EDGE * 0.02
    assert picture.getpixel((256, 30))[3] > 250, "a ray points up"
    assert picture.getpixel((2, 2))[3] == 0


def test_a_title_is_text_and_nothing_else():
    assert "<script" not in art.svg("X", "iris", "</title><script>alert(1)</script>")
