"""Every address of the tools: who may open it."""

import pytest
from django.urls import reverse

from koinon.kit.models import Upload, Work
from tests import factories

pytestmark = pytest.mark.django_db

# name -> status for (coordinator, member, stranger, visitor, coordinator of another network); GET unless said otherwise
EVERYBODY = (200, 200, 200, 200, 200)
DOORS = {
    "kit:language": (405,) * 5,
    "kit:theme": (405,) * 5,
    "kit:health": EVERYBODY,
    "kit:ready": EVERYBODY,
    "kit:metrics": EVERYBODY,
    "kit:robots": EVERYBODY,
    "kit:design": EVERYBODY,
    "kit:file": (404, 200, 404, 404, 404),
    "kit:work": (404, 200, 404, 302, 404),
    "kit:cancel": (405,) * 5,
}


@pytest.fixture
def row(milos, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab" / ("ab" + "0" * 62)).write_bytes(b"%PDF-1.7")
    return {
        "kit:file": Upload.objects.create(
            sha256="ab" + "0" * 62, name="a.pdf", media_type="application/pdf", size=8, person=milos.pk
        ),
        "kit:work": Work.objects.create(task="x", person=milos.pk),
        "kit:cancel": Work.objects.create(task="x", person=milos.pk),
    }


@pytest.mark.parametrize("name", DOORS)
def test_doors(name, row, vesa, milos, stranger, rival, visitor, enter):
    address = reverse(name, args=[row[name].pk] if name in row else [])
    clients = [enter(vesa), enter(milos), enter(stranger), visitor, enter(rival)]
    assert tuple(client.get(address).status_code for client in clients) == DOORS[name]


def test_a_language_is_chosen_by_one_click(visitor):
    answer = visitor.post("/language/", {"language": "mk", "next": "/design/"})
    assert (answer.status_code, answer["Location"]) == (302, "/design/")
    assert 'lang="mk"' in visitor.get("/design/").content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_way_back_stays_on_this_site(visitor, target):
    assert visitor.post("/theme/", {"theme": "dark", "next": target})["Location"] == "/"


def test_an_unknown_language_or_theme_changes_nothing(visitor):
    assert "language" not in visitor.post("/language/", {"language": "xx"}).cookies
    assert "theme" not in visitor.post("/theme/", {"theme": "pink"}).cookies


def test_work_of_others_cannot_be_stopped(row, enter, stranger, milos):
    work = row["kit:cancel"]
    assert enter(stranger).post(f"/work/{work.pk}/cancel/").status_code == 404
    assert enter(milos).post(f"/work/{work.pk}/cancel/").status_code == 302
    work.refresh_from_db()
    assert work.state == "cancelled"


def test_metrics_are_closed_from_afar(visitor, settings):
    assert visitor.get("/metrics", REMOTE_ADDR="8.8.8.8").status_code == 404
    for forgotten in ("x-forwarded-for", "forwarded", "via"):  # a proxy on this machine that no setting names
        assert visitor.get("/metrics", headers={forgotten: "8.8.8.8"}).status_code == 404
    settings.KOINON_METRICS_KEY = "a key"
    assert visitor.get("/metrics").status_code == 404
    assert visitor.get("/metrics", HTTP_AUTHORIZATION="Bearer a key").status_code == 200


def test_security_headers_are_on_every_page(visitor):
    headers = visitor.get("/design/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_for_visitors_are_kept_and_answer_304(visitor):
    factories.network(slug="kept")
    first = visitor.get("/health")
    again = visitor.get("/health", HTTP_IF_NONE_MATCH=first["ETag"])
    assert again.status_code == 304
