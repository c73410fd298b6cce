"""Blocks: no word of an imported page is lost, nothing that runs gets through, pages are light and accessible."""
# ruff: noqa: E501

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from koinon.learning.engine import blocks
from koinon.learning.engine.blocks import Shown

ASSETS = {
    "pic": Shown("/a/pic.png", "pic.png", "image/png", 2000, "A hub at night", "", 640, 480),
    "son": Shown("/a/son.mp3", "son.mp3", "audio/mpeg", 5000, "", "What is said.\n\nAnd more."),
    "vid": Shown("/a/vid.mp4", "vid.mp4", "video/mp4", 9_000_000),
    "pdf": Shown("/a/doc.pdf", "doc.pdf", "application/pdf", 300),
}


def block(kind, **data):
    return {"id": "b1", "type": kind, "data": data}


def html(*listed):
    return blocks.html(listed, ASSETS.get, {"n1": "/courses/n1/"}.get)


def taken(text):
    return blocks.from_html(text, asset={"pic.png": "pic", "son.mp3": "son", "doc.pdf": "pdf"}.get, seed="s")


def words(text):
    tree = lxml_html.fragment_fromstring(text or "<p></p>", create_parent="div")
    return Counter(" ".join(tree.itertext()).split())


def kinds(text):
    return [each["type"] for each in taken(text)[0]]


def test_a_page_becomes_blocks():
    found, codes = taken(
        "<h1>Title</h1><p>One <b>bold</b> word</p><ul><li>a<ol><li>b</li></ol></li></ul><blockquote>Q<footer>who</footer>"
        "</blockquote><table><tr><th>H</th></tr><tr><td>C</td></tr></table><hr><figure><img src='pic.png'><figcaption>"
        "Cap</figcaption></figure><audio src=son.mp3></audio><p><a href='doc.pdf'>Doc</a></p>"
    )
    assert [(each["type"], each["data"]) for each in found] == [
        ("header", {"text": "Title", "level": 2}),
        ("paragraph", {"text": "One <b>bold</b> word"}),
        ("list", {"style": "unordered", "items": [{"content": "a", "items": [{"content": "b", "items": []}]}]}),
        ("quote", {"text": "Q", "caption": "who"}),
        ("table", {"withHeadings": True, "content": [["H"], ["C"]]}),
        ("delimiter", {}),
        ("image", {"asset": "pic", "caption": "Cap"}),
        ("audio", {"asset": "son", "caption": ""}),
        ("file", {"asset": "pdf", "title": "Doc"}),
    ]
    assert codes == set()
    assert len({each["id"] for each in found}) == len(found)
    assert taken("<p>x</p><p>x</p>")[0][0]["id"] == taken("<h2>new</h2><p>x</p>")[0][1]["id"]


@pytest.mark.parametrize(
    ("text", "expected", "code"),
    [
        ("<iframe src='https://video.example/1' title='Film'></iframe>", ["link"], "embedded"),
        ("<img src='https://other.example/x.png' alt='A map'>", ["link"], "picture_outside"),
        ("<img src='gone.png' alt='A map'>", ["paragraph"], "picture_lost"),
        ("<p>a<script>alert(1)</script>b</p>", ["paragraph"], "html_cleaned"),
        ("<p onclick='x()'>a</p>", ["paragraph"], "html_cleaned"),
        ("<table><tr><td><table><tr><td>in</td></tr></table></td></tr></table>", ["table"], "table_nested"),
    ],
)
def test_what_had_to_be_changed_is_said(text, expected, code):
    found, codes = taken(text)
    assert ([each["type"] for each in found], codes) == (expected, {code})


def test_unknown_elements_become_paragraphs():
    assert kinds("<foo-bar>one</foo-bar><foo-bar>two</foo-bar>") == ["paragraph", "paragraph"]
    assert kinds("text <i>only</i>") == ["paragraph"]
    assert taken("")[0] == []


def test_nested_beyond_reason():
    found, _ = taken("<div>" * 5000 + "deep" + "</div>" * 5000 + "<p>after</p>")
    assert "deep" in blocks.text(found)
    assert "after" in blocks.text(found)


word = st.text("abcdefgαβγшџ", min_size=1, max_size=5)
piece = st.recursive(
    word.map(lambda each: f" {each} "),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{' '.join(parts)}</{tag}>",
        st.sampled_from(
            [
                "p",
                "div",
                "b",
                "i",
                "em",
                "a",
                "span",
                "ul",
                "ol",
                "li",
                "table",
                "tr",
                "td",
                "th",
                "h1",
                "h5",
                "blockquote",
                "pre",
                "figure",
                "figcaption",
                "section",
                "x-y",
                "dl",
                "dt",
                "dd",
                "center",
                "details",
                "summary",
                "label",
                "button",
                "textarea",
                "footer",
                "article",
                "code",
                "sub",
                "u",
                "q",
                "caption",
                "thead",
                "form",
                "fieldset",
                "legend",
            ]
        ),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=12,
)


@settings(max_examples=300)
@given(st.lists(piece, max_size=4).map("".join))
def test_no_visible_word_is_lost_or_doubled_on_the_way_to_blocks_and_back(text):
    import nh3

    names = set(re.findall(r"<([a-z0-9-]+)", text)) | {"p", "tbody", "tr"}
    seen = words(nh3.clean(text, tags=names))
    found, _ = taken(text)
    shown = Counter({each.strip("“”"): count for each, count in words(html(*found)).items()})
    assert Counter(re.findall(r"[a-gαβγшџ]+", " ".join(seen.elements()))) == Counter(
        re.findall(r"[a-gαβγшџ]+", " ".join(shown.elements()))
    )
    again, _ = blocks.cleaned(found)
    assert blocks.text(again) == blocks.text(found)


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<p style='position:fixed'>x</p>",
    "<style>*{}</style>",
    "<math><mi//xlink:href='data:x,<script>alert(4)</script>'>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<iframe srcdoc='<script>1</script>'></iframe>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<span lang='x\" onclick=\"y'>x</span>",
    "<img src='asset:a\" onerror=\"x'>",
    "<form action=//x><input autofocus onfocus=x></form>",
    "<a href='data:text/html,x'>x</a>",
    "<base href=//x>",
    "<!--><script>x</script>-->",
    "<img alt='<script>x</script>' src=asset:pic>",
    "<a href='asset:p\" onclick=\"x'>x</a>",
    "<p>&lt;script&gt;</p>",
    "<template><script>x</script></template>",
    "<plaintext><script>x",
]
bad = st.lists(st.sampled_from(ATTACKS) | piece | st.text("<>\"'=&; script/onclck", max_size=12), max_size=4).map(
    "".join
)


def safe(text):
    tree = lxml_html.fragment_fromstring(text, create_parent="div")
    for each in tree.iter():
        assert each.tag not in (
            "script",
            "style",
            "iframe",
            "object",
            "embed",
            "form",
            "svg",
            "base",
            "template",
            "link",
        )
        for name, value in each.attrib.items():
            assert not name.startswith("on")
            assert name != "style"
            assert not value.strip().lower().startswith(("javascript", "data", "vbscript"))


@settings(max_examples=300)
@given(bad)
def test_nothing_that_runs_or_hides_gets_through(text):
    safe(html(*taken(text)[0]))
    safe(blocks.inline(text) or "x")
    assert blocks.inline(blocks.inline(text)) == blocks.inline(text)
    for kind, name in [
        ("paragraph", "text"),
        ("image", "asset"),
        ("link", "url"),
        ("quote", "caption"),
        ("video", "url"),
    ]:
        safe(html(*blocks.cleaned([block(kind, **{name: text})])[0]))
        safe(html(block(kind, **{name: text})))


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "type", "data", "text", "items", "content", "level", "asset", "file", "title", "x"]),
            inner,
        )
    ),
    max_leaves=15,
)
listed = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["paragraph", "list", "table", "header", "image", "x", "callout", "video"]),
            "data": odd,
        },
        optional={"id": odd},
    )
)


@given(odd | listed)
def test_any_json_is_cleaned_once_and_for_all(given_):
    found, _ = blocks.cleaned(given_)
    assert blocks.cleaned(found)[0] == found
    assert len({each["id"] for each in found}) == len(found)
    html(*found)
    blocks.outline(found), blocks.assets(found), blocks.links(found)
    assert blocks.weight(found, {}) >= 0


def test_blocks_of_the_editor_are_taken_and_unknown_ones_keep_their_words():
    found, codes = blocks.cleaned(
        {
            "blocks": [
                {"id": "a1", "type": "warning", "data": {"title": "Mind", "message": "the step"}},
                {
                    "id": "a1",
                    "type": "list",
                    "data": {"style": "ordered", "items": ["one", {"content": "two", "items": ["three"]}]},
                },
                {"type": "image", "data": {"file": {"asset": "pic", "url": "/x"}, "caption": "c"}},
                {"type": "checklist", "data": {"items": [{"text": "todo", "checked": True}]}},
                {"type": "paragraph", "data": {"text": ""}},
            ]
        }
    )
    assert [each["type"] for each in found] == ["callout", "list", "image", "paragraph"]
    assert found[1]["data"]["items"][1]["items"] == [{"content": "three", "items": []}]
    assert codes == {"block_unknown", "block_empty"}
    assert found[3]["data"]["text"] == "todo"


def test_pages_are_light_and_accessible():
    page = html(
        block("image", asset="pic", caption="Cap"),
        block("audio", asset="son", caption="Listen"),
        block("video", asset="vid", caption="Film", poster="pic"),
        block("file", asset="pdf", title="Doc"),
        block("image", asset="pic", decorative=True),
        block("table", withHeadings=True, content=[["H"], ["C"]]),
    )
    assert 'alt="A hub at night" width="640" height="480" loading="lazy"' in page
    assert 'preload="none"' in page
    assert "<summary>Transcript</summary><p>What is said.</p><p>And more.</p>" in page
    assert "<video" not in page
    assert "8.6" in page
    assert '<th scope="col">H</th>' in page
    assert 'alt=""' in page


def test_links_inside_the_course_become_addresses_and_broken_ones_lose_theirs():
    page = html(block("paragraph", text='<a href="node:n1">on</a> <a href="node:gone">off</a> <img src="asset:pic">'))
    assert 'href="/courses/n1/"' in page
    assert "gone" not in page
    assert '<img src="/a/pic.png" alt="A hub at night">' in page


def test_numbers_about_a_page():
    listed = [
        block("header", text="<b>Go</b>", level=3),
        block("image", asset="pic"),
        block("video", asset="vid", poster="pic"),
        block("paragraph", text='<a href="node:n1">x</a> <a href="asset:pdf">y</a>'),
    ]
    assert blocks.outline(listed) == [("b-b1", 3, "Go")]
    assert blocks.assets(listed) == ["pic", "vid", "pdf"]
    assert blocks.links(listed) == ["n1"]
    sizes = {key: about.size for key, about in ASSETS.items()}
    small, whole = blocks.weight(listed, sizes), blocks.weight(listed, sizes, everything=True)
    assert 2000 < small < 3000
    assert whole == small + 9_000_000 + 300


@pytest.mark.parametrize(
    "attack",
    [
        "<" * 200_000,
        "<a " * 50_000,
        "<p>" * 50_000,
        "<b>" * 20_000 + "x",
        "<table><tr><td>" * 3000,
        "<ul><li>" * 5000,
        "<span>" * 50_000,
        " on" * 100_000 + "=",
        "<i " + "style" * 60_000,
        "<table><caption>x</caption></table>" * 5000,
        "&" * 200_000,
    ],
)
def test_pages_made_to_take_long_come_to_an_end(attack):
    found, _ = taken(attack)
    assert isinstance(blocks.cleaned(found)[0], list)
    assert "<script" not in blocks.inline(attack)
