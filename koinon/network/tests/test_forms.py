"""Forms of a network and their versions: built, published once, never changed after."""

import pytest
from django.db import IntegrityError, transaction

from koinon.network.models import FormVersion
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_database_refuses_to_change_what_is_published():
    version = factories.formversion()
    with pytest.raises(IntegrityError), transaction.atomic():
        FormVersion.objects.filter(pk=version.pk).update(schema={"language": "en", "parts": []})
    with pytest.raises(IntegrityError), transaction.atomic():
        FormVersion.objects.filter(pk=version.pk).update(number=7)
    FormVersion.objects.filter(pk=version.pk).update(state="retired")


def test_a_draft_changes_freely():
    version = factories.formversion(state="draft")
    FormVersion.objects.filter(pk=version.pk).update(schema={"language": "en", "parts": []}, number=3)


def test_one_draft_and_one_published_at_a_time():
    version = factories.formversion(state="draft")
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.formversion(form=version.form, state="draft", number=2)
    factories.formversion(form=version.form, number=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.formversion(form=version.form, number=4)
