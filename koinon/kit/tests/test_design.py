"""The look keeps its promises: readable colours, a light first visit, every piece on the design page."""

import gzip
import re
from pathlib import Path

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import Context, Template

from koinon.kit.design import SELECT, FormRenderer
from koinon.kit.templatetags import kit

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "koinon/kit/static/kit"
CSS = (STATIC / "koinon.css").read_text(encoding="utf-8")
DESIGN = (ROOT / "koinon/kit/templates/kit/design.html").read_text(encoding="utf-8")
THEMES = ("light", "dark")

TEXT = [
    *[(colour, ground) for colour in ("ink", "muted", "accent", "accent-deep") for ground in ("paper", "mist", "soft")],
    *[("ink", f"{tone}-soft") for tone in ("good", "bad", "waiting")],
    *[("accent", f"{tone}-soft") for tone in ("good", "bad", "waiting")],
    *[("bad", ground) for ground in ("paper", "mist")],
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
    ("paper", "ink"),
    ("paper", "bad"),
    ("on-sun", "sun"),
]
SHAPES = [
    *[(colour, ground) for colour in ("edge", "accent", "good", "bad", "waiting") for ground in ("paper", "mist")],
    ("accent", "soft"),
    ("accent", "map-land"),
]
ALPHABETS = {
    "latin": "ABCXYZabcxyzËÇëçÅÆØåæø–—’“”„«»…·",
    "latin-ext": "ĄČĘĖĮŠŲŪŽąčęėįšųūžĆćĐđŁłŐőŞşĞğĪī",
    "greek": "ΑΒΓΩαβγωςΆΈΉΊΌΎΏάέήίόύώϊϋΐΰ",
    "cyrillic": "АБВЯабвяЃѓЅѕЈјЉљЊњЌќЏџЂђЋћЇїЄєІіҐґ",
}


def variables(selector: str) -> dict[str, tuple[int, ...]]:
    """Colours that the first rule of this selector sets, as red, green, blue."""
    rule = re.search(r"(?:^|[{},])" + re.escape(selector) + r"(?:,[^{}]*)?\{([^}]*--k-[^}]*)\}", CSS)
    assert rule, f"no rule for {selector}"
    found = {}
    for name, value in re.findall(r"--k-([a-z-]+):([^;}]+)", rule[1]):
        if (value := value.strip()).startswith("#"):
            digits = value[1:] if len(value) == 7 else "".join(sign * 2 for sign in value[1:])
            found[name] = tuple(int(digits[i : i + 2], 16) for i in (0, 2, 4))
        elif value.startswith("rgb("):
            found[name] = tuple(round(float(part)) for part in re.findall(r"[\d.]+", value)[:3])
    return found


def palette(theme: str, accent: str) -> dict[str, tuple[int, ...]]:
    if theme == "light":
        return variables(":root") | variables(f"[data-accent={accent}]")
    dark = variables(":root[data-theme=dark]") | variables(f":root[data-theme=dark][data-accent={accent}]")
    return variables(":root") | dark


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Ratio of WCAG 2, 1 to 21."""

    def luminance(colour: tuple[int, ...]) -> float:
        parts = [part / 255 for part in colour]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def zipped(*names: str) -> int:
    return sum(len(gzip.compress((STATIC / name).read_bytes())) for name in names if not name.endswith("woff2")) + sum(
        (STATIC / name).stat().st_size for name in names if name.endswith("woff2")
    )


@pytest.mark.parametrize("accent", kit.ACCENTS)
@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_of_colours_can_be_read(theme, accent):
    colours = palette(theme, accent)
    weak = [
        (a, b, round(contrast(colours[a], colours[b]), 2)) for a, b in TEXT if contrast(colours[a], colours[b]) < 4.5
    ]
    weak += [
        (a, b, round(contrast(colours[a], colours[b]), 2)) for a, b in SHAPES if contrast(colours[a], colours[b]) < 3
    ]
    assert not weak


def test_the_dark_of_the_device_and_the_chosen_dark_are_the_same():
    by_device = variables(":root:not([data-theme=light])")
    assert by_device == variables(":root[data-theme=dark]")


def test_the_stylesheet_knows_every_accent_and_no_other():
    assert set(re.findall(r"\[data-accent=([a-z]+)\]", CSS)) == set(kit.ACCENTS)


def test_a_first_visit_is_light():
    assert zipped("koinon.css") <= 20_000
    assert zipped("koinon.js") <= 20_000
    for script in ALPHABETS:
        assert zipped(f"fonts/koinon-{script}.woff2") <= 35_000
    shell = zipped("koinon.css", "koinon.js", "mark.svg", *(f"fonts/koinon-{script}.woff2" for script in ALPHABETS))
    assert shell <= 95_000, "a page that speaks all scripts keeps 5 KB for itself; with one script it keeps 40"
    assert zipped("social.png") <= 60_000


def test_each_alphabet_has_its_file():
    ranges = dict(re.findall(r"koinon-([a-z-]+)\.woff2[^}]*unicode-range:([^;}]+)", CSS))
    for script, letters in ALPHABETS.items():
        spans = [
            (int(first, 16), int(last or first, 16))
            for first, last in re.findall(r"U\+([0-9A-Fa-f]+)(?:-([0-9A-Fa-f]+))?", ranges[script])
        ]
        missing = [letter for letter in letters if not any(low <= ord(letter) <= high for low, high in spans)]
        assert not missing, f"{script} lacks {missing}"


def test_every_tag_is_shown_on_the_design_page():
    elsewhere = {"lent"}
    unseen = [name for name in kit.register.tags if name not in elsewhere and f"{{% {name} " not in DESIGN]
    assert not unseen


def test_every_class_of_ours_has_a_look():
    used = set()
    for template in ROOT.glob("koinon/*/templates/**/*.html"):
        text = re.sub(r"{[%{].*?[%}]}", " ", template.read_text(encoding="utf-8"))
        for value in re.findall(r'class="([^"]*)"', text):
            used |= {name for name in value.split() if name.startswith("k-") and not name.endswith("-")}
    own = "".join(each.read_text(encoding="utf-8") for each in ROOT.glob("koinon/*/static/*/*.css"))
    bare = {name for name in used if f".{name}" not in own}
    assert not bare


@pytest.mark.django_db
def test_the_design_page_shows_the_pieces_without_inline_code(client):
    answer = client.get("/design/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("k-panel__title") >= 20
    for piece in ('id="id_wrong-title_error"', 'aria-invalid="true"', 'id="error-summary"', 'href="#id_wrong-title"'):
        assert piece in page
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son[a-z]+=\"", page)


def test_a_form_says_once_what_to_put_right():
    class One(forms.Form):
        title = forms.CharField()

    form = One({}, renderer=FormRenderer())
    page = Template("{% load kit %}{% error_summary form %}{{ form }}").render(Context({"form": form}))
    assert page.count('id="error-summary"') == 1
    assert 'id="id_title_error"' in page


@pytest.mark.parametrize("number", [400, 403, 404, 429, 500, 503])
def test_an_error_page_needs_nothing(number):
    from django.template.loader import render_to_string

    page = render_to_string(f"{number}.html")
    assert "<h1>" in page
    assert str(number) in page


def test_a_list_to_choose_from_is_written_as_django_writes_it():
    """By hand, because it is long; so that nothing is lost on the way."""
    choices = [("", "—"), ("a&b", "A & <b>"), ("Group <1>", [("1", 1000), ("x", "X")])]
    field = forms.ChoiceField(
        choices=choices, required=True, widget=forms.Select(attrs={"class": "k", "hidden": False})
    )
    shown = type("Shown", (forms.Form,), {"chosen": field})({"chosen": "a&b"})["chosen"]
    theirs = DjangoTemplates().render(SELECT, field.widget.get_context("chosen", "a&b", {"id": "id_chosen"}))
    ours = FormRenderer().render(SELECT, field.widget.get_context("chosen", "a&b", {"id": "id_chosen"}))
    assert "".join(line.strip() for line in theirs.splitlines()) == ours
    assert '<option value="a&amp;b" selected>A &amp; &lt;b&gt;</option>' in str(shown)
