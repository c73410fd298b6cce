"""Merges at the same instant as other things, with real threads and transactions."""

from threading import Event, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from koinon.kit.verbs import Refused
from koinon.network.actions import merges, organisations
from koinon.network.models import Organisation
from tests import factories


@pytest.mark.django_db(transaction=True)
def test_a_merge_while_somebody_saves():
    """The edit began before the merge and is written after it: the merge holds, the writer is told."""
    from koinon.accounts.queries import actor_of

    network = factories.network()
    kept, gone = factories.member(network), factories.member(network)
    clerk, boss = factories.representative(gone), factories.coordinator(network)
    me, chief = actor_of(person=clerk), actor_of(person=boss)
    is_merged, said = Event(), []

    def edit():
        row = Organisation.objects.get(pk=gone.pk)  # as the page was opened
        is_merged.wait(20)
        try:
            organisations.edit(by=me, organisation=row, about="Written meanwhile")
        except ValidationError as problem:
            said.append(problem.messages[0])
        finally:
            connection.close()

    thread = Thread(target=edit)
    thread.start()
    with transaction.atomic():
        merges.ask(by=chief, network=network, kept=kept, gone=gone)
        is_merged.set()
        thread.join(1)  # the edit waits for our lock
        assert not said
    thread.join(20)
    assert "while you were writing" in said[0]
    gone.refresh_from_db()
    assert (gone.merged_into, gone.about) == (kept, "")


@pytest.mark.django_db(transaction=True)
def test_two_merges_at_once_of_the_same():
    from koinon.accounts.queries import actor_of

    network = factories.network()
    one, two, three = (factories.member(network) for _ in range(3))
    chief = actor_of(person=factories.coordinator(network))
    said = []

    def merge(kept, gone):
        try:
            merges.ask(by=chief, network=network, kept=kept, gone=gone)
            said.append("done")
        except (ValidationError, Refused):
            said.append("told")
        except Exception as problem:
            said.append(repr(problem))
        finally:
            connection.close()

    threads = [Thread(target=merge, args=pair) for pair in ((one, two), (two, one), (three, two))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert "done" in said
    assert all(word in ("done", "told") or "merge_goes_once" in word for word in said)
    assert Organisation.objects.filter(pk__in=[one.pk, two.pk, three.pk], merged_into=None).count() == 3 - said.count(
        "done"
    )
