"""The directory: who sees it, what it finds, how many queries it costs."""

from datetime import date

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from koinon.kit import search
from koinon.kit.models import SearchRecord
from koinon.network.clock import indexing
from koinon.network.forms.directory import asked
from tests import doors, factories

pytestmark = pytest.mark.django_db
DOORS = {
    "network:directory": ("get", ["slug"], (200, 200, 404, 404, 404)),
    "network:export": ("get", ["slug", "csv"], (200, 200, 404, 302, 404)),
}


@pytest.fixture
def place():
    return factories.place(name="Velenje", native="Velenje", country="SI", keys="|velenje|velenie|")


@pytest.fixture
def filled(network, place):
    """Three members, indexed (the encoder is away in these tests: words do)."""
    network.languages = ["en", "sl", "mk", "sq", "el"]
    network.save()
    school = factories.member(
        network, names={"sl": "Šolski center Velenje", "mk": "Школски центар Велење"}, language="sl", country="SI",
        kind="school", place=place, themes=["668"], languages=["sl", "en"], about="Poklicno izobraževanje.",
    )  # fmt: skip
    hub = factories.member(network, names={"sq": "Qendra kreative"}, language="sq", country="AL", kind="hub")
    city = factories.member(network, names={"el": "Δήμος Σερρών"}, language="el", country="GR", kind="municipality")
    indexing.index_members(network.pk)
    return school, hub, city


def get(client, network, **query):
    return client.get(reverse("network:directory", args=[network.slug]), query)


@doors.everybody(DOORS)
def test_doors(request, name, reader, network, organisation):
    doors.check(request, DOORS, name, reader, {"slug": network.slug})


def test_a_public_network_is_open_and_kept_for_visitors(visitor, filled, network):
    network.is_public = True
    network.save()
    answer = get(visitor, network)
    assert answer.status_code == 200
    assert "public" in answer["Cache-Control"]
    assert "csrfmiddlewaretoken" not in answer.content.decode()


def test_members_are_listed_with_kind_and_place(enter, vesa, network, filled):
    page = get(enter(vesa), network).content.decode()
    assert page.index("Δήμος Σερρών") < page.index("Qendra kreative") < page.index("Šolski center Velenje")
    assert "School · Velenje, Slovenia" in page
    assert "adult education" in page or "education" in page
    assert '<span lang="sl">' in page or 'lang="sl"' in page


def test_names_countries_and_themes_are_in_the_readers_language(enter, vesa, network, filled):
    client = enter(vesa)
    client.cookies["language"] = "mk"
    page = get(client, network).content.decode()
    assert "Школски центар Велење" in page
    assert "Словенија" in page
    assert "образование" in page


@pytest.mark.parametrize("words", ["Велење", "velenje", "izobraževanja", "Slovenija", "Словенија", "образование"])
def test_search_finds_in_any_script_and_language(enter, vesa, network, filled, words):
    answer = get(enter(vesa), network, q=words)
    assert [row["name"] for row in answer.context["rows"]][:1] == ["Šolski center Velenje"]


def test_filters_have_chips_that_take_them_away(enter, vesa, network, filled):
    answer = get(enter(vesa), network, country=["SI", "AL"], kind="school")
    assert [row["name"] for row in answer.context["rows"]] == ["Šolski center Velenje"]
    chips = dict(answer.context["chips"])
    assert set(chips) == {"Slovenia", "Albania", "School"}
    assert chips["Albania"] == "?country=SI&kind=school"


def test_nonsense_in_the_address_does_no_harm(enter, vesa, network, filled):
    query = {"country": ["XX", "'; --", ""], "theme": "a" * 99, "order": "DROP", "after": "nonsense", "q": "a\x07b"}
    assert get(enter(vesa), network, **query).status_code == 200
    assert get(enter(vesa), network, q="a\0b").status_code == 400, "what no browser sends and no table holds"


def test_an_empty_directory_teaches(enter, vesa, network):
    page = get(enter(vesa), network).content.decode()
    assert "No members yet" in page
    assert reverse("network:intakes", args=[network.slug]) in page
    assert "Nothing found" in get(enter(vesa), network, country="GR").content.decode()


def test_who_left_is_not_shown_even_before_the_index_knows(enter, vesa, network, filled):
    school = filled[0]
    school.memberships.update(period=DateRange(date(2020, 1, 1), date(2021, 1, 1), "[)"))
    rows = get(enter(vesa), network).context["rows"]
    assert school.pk not in [row["key"] for row in rows]


def test_an_organisation_that_left_leaves_the_index(network, filled):
    school = filled[0]
    school.memberships.update(period=DateRange(date(2020, 1, 1), date(2021, 1, 1), "[)"))
    indexing.index_organisation.func(organisation=str(school.pk))
    assert not SearchRecord.objects.filter(noun=school.pk).exists()


def test_a_changed_organisation_is_queued_once(organisation):
    from procrastinate.contrib.django.models import ProcrastinateJob

    indexing.organisations_changed([organisation.pk])
    indexing.organisations_changed([organisation.pk])
    jobs = ProcrastinateJob.objects.filter(task_name="network.index_organisation")
    assert [job.args for job in jobs] == [{"organisation": str(organisation.pk)}]


def queries_of(client, network, **query):
    get(client, network, **query)
    with CaptureQueriesContext(connection) as caught:
        assert get(client, network, **query).status_code == 200
    return len(caught)


@pytest.mark.parametrize("query", [{}, {"country": "AL"}, {"q": "school"}])
def test_as_many_queries_for_one_member_as_for_three_hundred(visitor, network, settings, query):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    network.is_public = True
    network.save()
    factories.member(network, names={"en": "School 0"}, country="AL")
    indexing.index_members(network.pk)
    first = queries_of(visitor, network, **query)
    for number in range(300):
        factories.member(network, names={"en": f"School {number:03}"}, country="AL")
    indexing.index_members(network.pk)
    assert len(get(visitor, network, **query).context["rows"]) == 25
    assert queries_of(visitor, network, **query) == first
    assert first <= (5 if "q" not in query else 8)


def test_every_member_is_on_exactly_one_page(enter, vesa, network):
    made = {factories.member(network, names={"en": f"Member {number % 7}"}).pk for number in range(60)}
    indexing.index_members(network.pk)
    client, seen, after = enter(vesa), [], ""
    for _ in range(4):
        answer = get(client, network, after=after)
        seen += [row["key"] for row in answer.context["rows"]]
        if not (after := answer.context["page"].next):
            break
    assert len(seen) == len(set(seen)) == 60
    assert set(seen) == made


def test_an_address_can_be_kept_and_read_again():
    from django.http import QueryDict

    question = asked(QueryDict("q=two+words&country=AL&country=GR&has=offers&order=newest"))
    assert asked(QueryDict(question.address()[1:])) == question


def test_long_work_indexes_a_whole_network(network, filled):
    from koinon.kit import jobs

    SearchRecord.objects.all().delete()
    work = jobs.begin(indexing.index_network, scope=network.pk, network=str(network.pk))
    indexing.index_network.func(work_id=str(work.pk))
    work.refresh_from_db()
    assert work.result == {"indexed": 3}
    assert search.find(scope=network.pk, kind="organisation").total.number == 3


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_an_export_is_a_file_people_open(enter, milos, network, filled, kind):
    answer = enter(milos).get(reverse("network:export", args=[network.slug, kind]))
    data = b"".join(answer.streaming_content)
    assert f"{network.slug}.{kind}" in answer["Content-Disposition"]
    from io import BytesIO

    from koinon.kit import sheets

    with sheets.read(BytesIO(data)) as sheet:
        rows = [[sheets.as_text(cell) for cell in row.cells] for row in sheet]
    assert sheet.header[0] == "Organisation name"
    assert "Šolski center Velenje" in [row[0] for row in rows]
    assert enter(milos).get(f"/networks/{network.slug}/export.pdf").status_code == 404
