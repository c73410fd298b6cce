"""Templates: no inline code, all used, all in the catalogue; messages that differ only by case are one message."""

import gettext
import re
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from koinon.config import messages
from koinon.kit import moments

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(ROOT.glob("koinon/*/templates/**/*.html"))
LANGUAGES = ("sq", "lt", "mk", "el")
BY_DJANGO = {"400.html", "403.html", "404.html", "500.html"}
BY_LIBRARIES = ("allauth/", "account/", "mfa/", "usersessions/", "socialaccount/", "kit/forms/", "openid/")


def name_of(template: Path) -> str:
    return str(template).split("/templates/", 1)[1]


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_no_inline_script_or_style(template):
    text = re.sub(r"{#.*?#}", "", template.read_text())
    if name_of(template).startswith("kit/mail/") or "/mail/" in name_of(template):
        return
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(ld\+)?json\")", text), "inline script"
    assert not re.search(r"<style\b", text), "inline style sheet"
    assert not re.search(r"\sstyle=", text), "style attribute"
    assert not re.search(r"\son[a-z]+=\"", text), "inline event handler"


def test_every_template_is_used():
    code = "\n".join(
        f.read_text()
        for f in [*ROOT.glob("koinon/**/*.py"), *ROOT.glob("koinon/**/*.html"), *ROOT.glob("koinon/**/*.txt")]
    )
    unused = [
        name
        for template in [*TEMPLATES, *ROOT.glob("koinon/*/templates/**/*.txt")]
        if (name := name_of(template)) not in BY_DJANGO and not name.startswith(BY_LIBRARIES)
        if name not in code and _stem(name) not in code
    ]
    assert not unused


def _stem(name: str) -> str:
    """Letters are named without their endings."""
    return re.sub(r"(\.subject)?\.(txt|html)$", "", name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_lacks_nothing(language):
    lacking = messages.gaps(language)
    assert not lacking, f"{len(lacking)} messages are missing, empty or fuzzy in {language}: run make messages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_survive_translation(language):
    catalogue = messages._read(messages.LOCALE / language / "LC_MESSAGES" / "django.po", language)
    form_of, broken = gettext.c2py(catalogue.plural_expr), []
    many = {form for form in range(catalogue.num_plurals) if sum(form_of(n) == form for n in range(200)) > 1}
    for message in catalogue:
        ids = message.id if isinstance(message.id, list | tuple) else [message.id]
        said = message.string if isinstance(message.string, list | tuple) else [message.string]
        wanted = set(re.findall(r"%\((\w+)\)[sd]", " ".join(ids)))
        for form, text in enumerate(said):
            found = set(re.findall(r"%\((\w+)\)[sd]", text))
            may_spell_out = len(ids) > 1 and form not in many
            if text and (found - wanted or (wanted - found and not may_spell_out)):
                broken.append((ids[0], text))
    assert not broken, "a form that stands for several numbers (1, 21, 31) has to say which"


def test_no_sentence_ends_with_two_dots_after_a_date():
    """Where a date itself ends with a dot (22 ноември 2026 г.), the sentence has none of its own."""
    given = re.compile(r"(\w+)=[\w.]+\|day\b|\"(\w+)\": day\(")
    files = [*TEMPLATES, *ROOT.glob("koinon/**/*.py")]
    names = {name for file in files for found in given.findall(file.read_text()) for name in found if name}
    twice = re.compile(rf"%\((?:{'|'.join(sorted(names))})\)s\.(?=\s|$)")
    bad = []
    for language in LANGUAGES:
        if moments.long_day(date(2026, 11, 22), language).endswith("."):
            catalogue = messages._read(messages.LOCALE / language / "LC_MESSAGES" / "django.po", language)
            for message in catalogue:
                said = message.string if isinstance(message.string, list | tuple) else [message.string]
                bad += [(language, text) for text in said if twice.search(text)]
    assert {"day", "until"} <= names
    assert not bad


def test_messages_use_named_placeholders_only():
    bad = [texts for _, texts, _ in messages.messages() if any(re.search(r"%[sd]|{\d*}", text) for text in texts)]
    assert not bad


def test_no_two_messages_differ_only_by_case():
    groups = defaultdict(set)
    for context, texts, _file in messages.messages():
        groups[context, texts[0].lower().strip(" .…:")].add(texts[0])
    twins = [sorted(group) for group in groups.values() if len({text.lower() for text in group}) < len(group)]
    assert not twins
