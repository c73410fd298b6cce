"""When two organisations are one, their programmes, grants and deliveries follow, and come back when it is undone."""

import pytest

from koinon.network.actions import merges
from koinon.programmes.models import CascadeGrant, Delivery, Programme, Qualification
from tests import factories

pytestmark = pytest.mark.django_db
MODELS = (Programme, CascadeGrant, Delivery, Qualification)


def owners():
    return {model: set(model.objects.values_list("organisation__slug", flat=True)) for model in MODELS}


def test_what_was_delivered_follows_and_comes_back(acting, vesa, network):
    kept, gone = factories.member(network, slug="kept"), factories.member(network, slug="gone")
    programme = factories.programme(network=network, organisation=gone)
    factories.delivery(grant=factories.cascadegrant(programme=programme, organisation=gone))
    factories.qualification(programme=programme, organisation=gone)
    before = owners()
    assert set().union(*before.values()) == {"gone"}
    merge = merges.ask(by=acting(vesa), network=network, kept=kept, gone=gone)
    assert set().union(*owners().values()) == {"kept"}
    merges.undo(by=acting(vesa), merge=merge)
    assert owners() == before
