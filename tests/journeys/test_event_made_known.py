"""An event is made known on a phone without a script: picture, network, who speaks, whose a name in a call was."""

from types import SimpleNamespace

import pytest
from PIL import Image

from tests import factories
from tests.browser import PHONE

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/events/webinar/"
LIST = "Name,Join Time,Leave Time\nArta Hoxha,09:00,10:00\niPhone of somebody with a very long name,09:10,10:00\n"


@pytest.fixture
def webinar(house):
    """Held by a member of two networks."""
    network, other = (
        factories.network(is_public=True, slug=slug, names={"en": slug.title()}) for slug in ("one", "two")
    )
    home = factories.member(network, names={"en": "House of hubs"})
    factories.membership(network=other, organisation=home)
    factories.member(network, names={"en": "Library of Bar"})
    event = factories.event(slug="webinar", kind="webinar", network=network, organisation=home, zone="UTC")
    session = factories.eventsession(event=event, starts_at=event.starts_at, ends_at=event.ends_at)
    factories.registration(event=event, person=factories.person(name="Arta Hoxha"))
    return SimpleNamespace(event=event, session=session, anna=factories.representative(home, name="Anna"))


def test_it_is_made_known(webinar, house, visit, tmp_path):
    Image.new("RGB", (1600, 900), "teal").save(tmp_path / "photo.jpg")
    (tmp_path / "list.csv").write_text(LIST)
    anna = visit(viewport=PHONE, javascript=False, who=webinar.anna.email)
    anna.go(f"{HERE}cover/")
    anna.page.locator("input[type=file]").set_input_files(tmp_path / "photo.jpg")
    anna.page.get_by_label("What it shows").fill("Four people at a table")
    anna.page.get_by_label("Who took it").fill("Ana")
    anna.press("Save")
    house.work()
    anna.go(HERE)
    anna.page.get_by_role("img", name="Four people at a table").wait_for()
    anna.go("/events/")
    assert anna.page.locator("main img[src*='small.webp']").count() == 1

    anna.go(f"{HERE}belonging/")
    anna.page.get_by_label("In which network?").select_option(label="Two")
    anna.press("Save")
    anna.go("/events/?network=two")
    anna.sees("Conference of hubs")

    anna.go(f"{HERE}sessions/{webinar.session.pk}/")
    anna.page.get_by_label("Role").fill("Head")
    anna.page.locator("#id_organisation").fill("library")
    anna.press("Find the organisation")
    anna.page.get_by_label("Library of Bar").check()
    anna.press("Add who speaks")
    anna.sees("Head, Library of Bar")

    anna.go(f"{HERE}online/")
    anna.page.locator("input[type=file]").set_input_files(tmp_path / "list.csv")
    anna.press("Read the file")
    anna.page.get_by_label("Whose is it?").select_option(label="Arta Hoxha")
    anna.press("Bring all of it in")
    assert webinar.session.scans.count() == 4
