"""What the database refuses, whoever writes."""

import pytest
from django.db import IntegrityError, transaction

from koinon.programmes.models import Activity, CascadeGrant, Delivery, Toolkit
from tests import factories

pytestmark = pytest.mark.django_db


def refused(name):
    return pytest.raises(IntegrityError, match=name)


def test_a_published_toolkit_stays_as_it_is(toolkit):
    leaf = toolkit.activities.get()
    for name, act in (
        ("toolkit_stays", lambda: Toolkit.objects.filter(pk=toolkit.pk).update(changes="Other words")),
        ("toolkit_stays", lambda: Toolkit.objects.filter(pk=toolkit.pk).update(state="draft", published_at=None)),
        ("activity_published_stays", lambda: Activity.objects.filter(pk=leaf.pk).update(minutes=5)),
        ("activity_published_stays", lambda: Activity.objects.filter(pk=leaf.pk).delete()),
        ("activity_published_stays", lambda: factories.activity(toolkit=toolkit)),
        ("handout_published_stays", lambda: factories.handout(activity=leaf)),
    ):
        with refused(name), transaction.atomic():
            act()


def test_an_activity_does_not_move_into_a_published_toolkit(toolkit):
    other = factories.activity(toolkit=factories.toolkit(programme=toolkit.programme))
    with refused("activity_published_stays"):
        Activity.objects.filter(pk=other.pk).update(toolkit=toolkit)


def test_a_path_is_that_of_the_parent(next_grant, delivery):
    with refused("delivery_path_is_true"):
        factories.delivery(grant=next_grant, path=[])


def test_a_circle_of_deliveries_cannot_be_written(delivery, next_delivery):
    with refused("delivery_path_is_true|delivery_has_parent"):
        Delivery.objects.filter(pk=delivery.pk).update(
            parent=next_delivery, generation=3, path=[delivery.pk, next_delivery.pk]
        )


def test_nobody_descends_from_themselves(next_delivery, grant, fatmir):
    CascadeGrant.objects.filter(pk=grant.pk).update(state="withdrawn")
    with refused("cascade_grant_no_circle"):
        factories.cascadegrant(parent=next_delivery, person=fatmir)


def test_a_grant_knows_its_generation(delivery):
    with refused("cascade_grant_fits_parent"):
        factories.cascadegrant(parent=delivery, generation=4)


def test_a_cascade_ends_where_the_programme_says(programme, delivery):
    type(programme).objects.filter(pk=programme.pk).update(most_generations=1)
    with refused("cascade_grant_fits_parent"):
        factories.cascadegrant(parent=delivery)


def test_a_grant_does_not_come_from_another_programme(delivery):
    with refused("cascade_grant_fits_parent"):
        factories.cascadegrant(parent=delivery, programme=factories.programme())


def test_a_child_leaves_no_address(delivery):
    with refused("participant_child_has_no_address"):
        factories.participant(delivery=delivery, age="u18", email="child@example.org")


def test_everybody_has_one_grant_in_a_programme(grant):
    with refused("cascade_grant_once"):
        factories.cascadegrant(programme=grant.programme, person=grant.person)
