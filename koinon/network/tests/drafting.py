"""A form that is published, a city, two people who write its draft: for the tests of shared drafts."""

import pytest
from django.urls import reverse

from koinon.kit import questions
from koinon.network.actions import drafts
from koinon.network.actions import questionnaires as forms
from koinon.network.models import Application
from tests import factories

COMPLETE = {
    "place": {"id": "1", "name": "Σέρρες", "country": "GR", "label": "Σέρρες"},
    "inhabitants": {"number": "58000", "year": 2021, "source": "Census"},
    "mayor": {"name": "A. Person", "title": "Mayor of Serres"},
    "representative": {"name": "B. Person", "title": "Officer", "email": "b@example.org"},
    "practice": "Μαθαίνουμε μαζί.",
    "learners": ["families", "older"],
    "together": 4,
    "plan": "Ένα σχολείο για όλους.",
    "council": ["yes"],
}


@pytest.fixture
def version(network, vesa, acting):
    form = forms.make(by=acting(vesa), network=network, purpose="application", template="learning-city")
    return forms.publish(by=acting(vesa), form=form)


@pytest.fixture
def city(milos):
    """An organisation of Miloš that does not belong to the network yet."""
    made = factories.organisation(slug="serres", names={"el": "Δήμος Σερρών"}, language="el", country="GR")
    factories.mandate(organisation=made, person=milos)
    return made


@pytest.fixture
def ana(city):
    """Deputy of the city."""
    person = factories.person(name="Ana")
    factories.mandate(organisation=city, person=person, role="deputy")
    return person


@pytest.fixture
def draft(network, version, city, milos, acting):
    return drafts.begin(by=acting(milos), network=network, organisation=city, applicant=milos, language="el")


@pytest.fixture
def letter_kept(draft, letter):
    put(draft, {"letter": {"upload": str(letter.pk), "name": letter.name}})
    return letter


def put(draft, values):
    Application.objects.filter(pk=draft.pk).update(answers={**draft.answers, **questions.answers_of(values)})
    draft.refresh_from_db()


def values(draft):
    return questions.values_of(Application.objects.get(pk=draft.pk).answers)


def page(name, draft, *more):
    return reverse(f"network:{name}", args=[draft.network.slug, draft.pk, *more])
