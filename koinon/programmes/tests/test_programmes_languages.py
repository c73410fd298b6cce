"""A programme in the reader's language, and what a visitor does not learn of a private network."""

import pytest
from django.urls import reverse

from koinon.kit.languages import texts
from koinon.kit.models import Translation
from koinon.kit.verbs import Refused
from koinon.programmes.actions import translating as actions
from koinon.programmes.models import Programme
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(programme):
    Programme.objects.filter(pk=programme.pk).update(about="We listen.", about_html="<p>We listen.</p>")
    programme.refresh_from_db()
    return programme


def _page(client, programme, language="", query=""):
    address = reverse("programmes:programme", args=[programme.slug]) + query
    return client.get(address, headers={"accept-language": language or "en"}).content.decode()


def test_it_is_shown_in_the_language_of_the_reader_where_somebody_translated_it(enter, mara, told, client):
    page = reverse("programmes:translate", args=[told.slug])
    answer = enter(mara).post(page, {"language": "sq", "name": "Udhëheqës", "text": "Ne dëgjojmë."})
    assert answer.status_code == 302
    told.refresh_from_db()
    assert told.names == {"en": told.names["en"], "sq": "Udhëheqës"}
    shown = _page(client, told, "sq")
    assert "Udhëheqës" in shown
    assert "Ne dëgjojmë." in shown
    assert "We listen." not in shown
    assert "We listen." in _page(client, told, "sq", "?original")
    assert "We listen." in _page(client, told, "lt"), "nobody translated it into Lithuanian"
    assert "Ne dëgjojmë." in enter(mara).get(f"{page}?language=sq").content.decode()


def test_what_is_emptied_is_shown_in_the_original_again(told, mara, acting):
    facts = {"by": acting(mara), "programme": told}
    actions.translate(language="sq", name="Udhëheqës", text="Ne dëgjojmë.", **facts)
    actions.translate(language="sq", name="", text="", **facts)
    actions.translate(language="en", name="Something else", text="Another original", **facts)
    told.refresh_from_db()
    assert "sq" not in told.names
    assert told.names["en"] != "Something else", "the original is written in the settings"
    assert not Translation.objects.filter(noun=told.pk).exists()


def test_a_translation_that_is_older_than_its_original_says_so(told, mara, acting):
    actions.translate(by=acting(mara), programme=told, language="sq", name="", text="Ne dëgjojmë.")
    told.about = "We listen and speak."
    assert texts.read(told, "about", "sq").is_stale


def test_a_facilitator_translates_nothing(told, fatmir, acting):
    with pytest.raises(Refused):
        actions.translate(by=acting(fatmir), programme=told, language="sq", name="Mine", text="")


def test_a_visitor_does_not_learn_the_name_of_a_private_network(client, enter, mara, told, network):
    type(network).objects.filter(pk=network.pk).update(names={"en": "The Quiet Circle"}, is_public=False)
    factories.toolkit(programme=told, state="published")
    for name in ("programme", "toolkit"):
        page = client.get(reverse(f"programmes:{name}", args=[told.slug]), follow=True)
        assert page.status_code == 200
        assert "Quiet Circle" not in page.content.decode()
        assert network.slug not in page.content.decode()
    assert "Quiet Circle" in _page(enter(mara), told)


def test_a_facilitator_of_no_member_delivers_without_learning_it_either(enter, fatmir, delivery, network):
    type(network).objects.filter(pk=network.pk).update(names={"en": "The Quiet Circle"}, is_public=False)
    for name in ("delivery", "participants"):
        page = enter(fatmir).get(reverse(f"programmes:{name}", args=[delivery.pk]))
        assert page.status_code == 200
        assert "Quiet Circle" not in page.content.decode()
