"""The check list names files without terms and links that do not answer; links are asked by the clock alone."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from koinon.kit import outside
from koinon.kit.moments import long_day
from koinon.learning.actions import files, texts, versions
from koinon.learning.clock import links
from koinon.learning.models import Asset, Course, Elsewhere
from koinon.learning.tests.test_badges_parts import serving
from tests import factories

pytestmark = pytest.mark.django_db

DEAD, ALIVE = "https://gone.example/a?b=1&c=2", "https://there.example/"


def page_with(acting, mara, leaf, *blocks):
    texts.write(by=acting(mara), node=leaf, language="en", blocks=list(blocks))


def plain(name="notes.txt", said=b"Some notes"):
    return SimpleUploadedFile(name, said, content_type="text/plain")


@pytest.fixture
def linked(acting, mara, leaf):
    """A page with two links in words, one block of a link, and three that nobody would ask."""
    words = (
        f'<a href="{DEAD.replace("&", "&amp;")}">one</a> <a href="{ALIVE}">two</a> <a href="http://old.example/">o</a>'
    )
    page_with(
        acting, mara, leaf,
        {"type": "paragraph", "data": {"text": words}},
        {"type": "link", "data": {"url": "https://there.example/more", "title": "More", "text": ""}},
        {"type": "link", "data": {"url": "https://there.example:8443/", "title": "Port", "text": ""}},
    )  # fmt: skip
    return leaf


def test_a_file_put_there_in_a_course_is_under_its_terms_unless_others_are_named(desk, draft):
    Course.objects.filter(pk=draft.pk).update(licence="CC-BY-4.0")
    desk.post(reverse("learning:write_upload", args=[draft.slug]), {"file": plain()})
    assert Asset.objects.get().licence == "CC-BY-4.0"
    other = {"file": plain("b.txt", b"Other"), "licence": "CC0-1.0"}
    desk.post(reverse("learning:write_files", args=[draft.slug]), other)
    assert Asset.objects.get(name="b.txt").licence == "CC0-1.0"
    page = desk.get(reverse("learning:write_files", args=[draft.slug])).text
    assert '<option value="CC-BY-4.0" selected>' in page


def test_nothing_is_published_with_a_file_whose_terms_nobody_knows(acting, mara, school, draft, leaf, desk):
    by = acting(mara)
    row = files.keep(by=by, organisation=school, file=plain())
    page_with(acting, mara, leaf, {"type": "file", "data": {"asset": row.key, "title": "Notes"}})
    with pytest.raises(ValidationError, match=r"terms the file notes\.txt"):
        versions.publish(by=by, course=draft)
    page = desk.get(reverse("learning:write_check", args=[draft.slug])).text
    assert "notes.txt" in page
    assert reverse("learning:write_file", args=[draft.slug, row.pk]) in page
    files.describe(by=by, organisation=school, asset=row, alt={}, transcript={}, licence="CC-BY-4.0")
    assert versions.publish(by=by, course=draft).state == "published"


def test_the_same_file_with_terms_gives_them_to_one_that_had_none(acting, mara, school):
    files.keep(by=acting(mara), organisation=school, file=plain())
    files.keep(by=acting(mara), organisation=school, file=plain(), licence="CC0-1.0")
    files.keep(by=acting(mara), organisation=school, file=plain(), licence="reserved")
    assert Asset.objects.get().licence == "CC0-1.0", "terms that are there stay"


def test_links_of_drafts_are_asked_by_the_clock_and_the_check_list_says_when(linked, draft, desk, monkeypatch):
    asked = []
    monkeypatch.setattr(outside, "_connect", lambda *where: pytest.fail("a page asks nothing"))
    address = reverse("learning:write_check", args=[draft.slug])
    links.gather()
    assert sorted(Elsewhere.objects.values_list("url", flat=True)) == [DEAD, ALIVE, f"{ALIVE}more"]
    assert DEAD not in desk.get(address).text.replace("&amp;", "&"), "what was not asked is not called dead"
    for _twice in range(2):
        links.ask(lambda url: asked.append(url) or url != DEAD)
    assert sorted(asked) == [DEAD, ALIVE, f"{ALIVE}more"], "once a week"
    page = desk.get(address).text.replace("&amp;", "&")
    day = long_day(timezone.localdate(), "en")
    assert f"The link {DEAD} did not answer on {day}." in page
    assert f"The link {ALIVE}" not in page
    Elsewhere.objects.filter(url=DEAD).update(asked_at=timezone.now() - links.AGAIN * 2)
    links.ask(lambda url: True)
    assert DEAD not in desk.get(address).text.replace("&amp;", "&")


def test_links_that_no_draft_has_any_more_are_forgotten(linked, acting, mara):
    links.gather()
    links.gather()
    assert Elsewhere.objects.count() == 3
    page_with(acting, mara, linked, {"type": "paragraph", "data": {"text": "Nothing"}})
    links.gather()
    assert not Elsewhere.objects.exists()


def test_no_host_is_asked_much_at_a_time(db):
    Elsewhere.objects.bulk_create(Elsewhere(url=f"https://one.example/{number}") for number in range(20))
    factories.elsewhere(url="https://two.example/")
    asked = []
    links.ask(lambda url: asked.append(url) or True)
    assert len(asked) == links.PER_HOST + 1
    assert "https://two.example/" in asked


def test_links_into_our_own_network_are_never_opened(monkeypatch):
    reached = []
    monkeypatch.setattr(outside, "_connect", lambda *where: reached.append(where))
    for url in ("https://127.0.0.1/", "https://localhost/", "https://169.254.169.254/latest", "https://[::1]/"):
        assert not outside.answers(url)
    assert reached == []


@pytest.mark.parametrize(
    ("answer", "stands"),
    [(b"200 OK", True), (b"404 No", False), (b"410 Gone", False), (b"500 Oh", False), (b"403 No robots", True),
     (b"429 Slowly", True)],
)  # fmt: skip
def test_what_stands_at_an_address(answer, stands):
    """Large pages are not read; who sends programs away is there."""
    _asked, facts = serving(b"HTTP/1.1 " + answer + b"\r\nContent-Length: 99999999\r\n\r\n")
    assert outside.answers("https://a.org/x", **facts) == stands


def test_redirects_are_followed_by_the_same_rules():
    _asked, facts = serving(b"HTTP/1.1 302 Found\r\nLocation: https://inside.org/\r\n\r\n")
    assert not outside.answers("https://a.org/x", **facts)
