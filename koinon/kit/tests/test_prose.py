"""Texts of members become harmless HTML, once."""

import time
from html.parser import HTMLParser

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from koinon.kit import prose


class Seen(HTMLParser):
    """Every tag with its attributes, as a browser would read them."""

    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def test_paragraphs_lists_and_links():
    html = prose.html_of("One\ntwo\n\n- a\n- b\n\nSee https://serres.gr/page?a=1&b=2.")
    assert "<p>One<br>two</p><ul><li>a</li><li>b</li></ul>" in html
    assert 'href="https://serres.gr/page?a=1&amp;b=2"' in html
    assert html.endswith("</a>.</p>")
    assert "nofollow" in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        'https://a.b/"onmouseover="x',
        "http://x/<b>",
    ],
)
def test_nothing_runs(text):
    seen = Seen()
    seen.feed(prose.html_of(text))
    assert {tag for tag, _ in seen.tags} <= {"p", "a", "br", "ul", "li"}
    for _, attributes in seen.tags:
        assert set(attributes) <= {"href", "rel"}
        assert attributes.get("href", "http").startswith("http")


@given(st.text(max_size=300))
def test_any_text_is_harmless_and_keeps_no_control_signs(text):
    html = prose.html_of(text)
    assert "<script" not in html.lower()
    assert "\x00" not in prose.clean(text)


def test_a_huge_text_takes_little_time():
    start = time.perf_counter()
    prose.html_of("http://" + "a" * 200_000 + "\n- " * 20_000)
    assert time.perf_counter() - start < 2


def test_a_line_has_no_breaks_and_no_turned_direction():
    assert prose.line(" a\n\tb \u202ecod.exe ") == "a b cod.exe"


def test_what_is_said_is_written_and_not_too_long():
    assert prose.said(" a\n b ", "why", 4) == "a\n b"
    assert prose.said(" a\n b ", "why", 3, is_line=True) == "a b"
    assert prose.said(" ", "why", 4) == ""
    for text, sentence in ((" ", "Please write a few words."), ("abcde", "At most 4 signs, please.")):
        with pytest.raises(ValidationError) as refused:
            prose.said(text, "why", 4, is_needed=True)
        assert refused.value.message_dict == {"why": [sentence]}
        with pytest.raises(ValidationError) as refused:
            prose.said(text, "", 4, is_needed=True)
        assert refused.value.messages == [sentence]
