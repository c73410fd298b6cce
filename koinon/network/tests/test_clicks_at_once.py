"""Two clicks at the same instant, with real threads and transactions: one is done, the other is told."""

from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection

from koinon.accounts.queries import actor_of
from koinon.kit import links
from koinon.kit.verbs import VISITOR
from koinon.network.actions import decisions, intake, invitations
from koinon.network.clock import intakes
from koinon.network.models import Application, Intake, Invitation, Mandate, Membership, Organisation
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """What each of them came to: "done", or "told" in words a page shows."""
    barrier, said = Barrier(len(acts)), []

    def run(act):
        barrier.wait(20)
        try:
            act()
            said.append("done")
        except (ValidationError, links.Broken, IntegrityError) as problem:
            said.append("told" if not isinstance(problem, IntegrityError) else _constraint(problem))
        except Exception as problem:
            said.append(repr(problem))
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(said)


def _constraint(problem):
    from koinon.kit.forms import CONFLICTS

    return "told" if problem.__cause__.diag.constraint_name in CONFLICTS else repr(problem)


@pytest.fixture
def network():
    return factories.network()


@pytest.fixture
def by(network):
    return actor_of(person=factories.coordinator(network))


def test_admit_and_admit(network, by):
    row = factories.application(network=network, organisation=factories.organisation())
    said = at_once(*[lambda: decisions.admit(by=by, application=Application.objects.get(pk=row.pk))] * 2)
    assert said == ["done", "told"]
    assert Membership.objects.filter(network=network).count() == 1
    assert Mandate.objects.in_force().filter(organisation=row.organisation).count() == 1


def test_admit_and_decline(network, by):
    row = factories.application(network=network, organisation=factories.organisation())
    said = at_once(
        lambda: decisions.admit(by=by, application=Application.objects.get(pk=row.pk)),
        lambda: decisions.decline(by=by, application=Application.objects.get(pk=row.pk), reason="Not yet."),
    )
    assert said == ["done", "told"]
    row.refresh_from_db()
    assert Membership.objects.filter(network=network).exists() == (row.state != "declined")


def test_one_link_of_a_hand_over_twice(network):
    organisation = factories.member(network)
    me = actor_of(person=factories.representative(organisation))
    row = invitations.invite(by=me, organisation=organisation, email="new@example.org", language="en")
    token = links.make(invitations.PURPOSE, invitation=str(row.pk))

    def accept():
        link = links.read(invitations.PURPOSE, token)
        invitations.accept(by=VISITOR, invitation=Invitation.objects.get(pk=row.pk), link=link, name="New")

    assert at_once(accept, accept) == ["done", "told"]
    assert [each.person.email for each in Mandate.objects.in_force()] == ["new@example.org"]


def test_two_successors_accept(network):
    organisation = factories.member(network)
    me = actor_of(person=factories.representative(organisation))
    rows = [
        invitations.invite(by=me, organisation=organisation, email=f"{name}@example.org", language="en")
        for name in ("one", "two")
    ]

    def accept(row):
        link = links.read(invitations.PURPOSE, links.make(invitations.PURPOSE, invitation=str(row.pk)))
        invitations.accept(by=VISITOR, invitation=Invitation.objects.get(pk=row.pk), link=link, name="New")

    assert "done" in (said := at_once(*[lambda row=row: accept(row) for row in rows]))
    assert set(said) <= {"done", "told"}
    assert Mandate.objects.in_force().filter(organisation=organisation, role="representative").count() == 1


def test_two_imports_of_one_file(network, by):
    rows = []
    for name in ("one.csv", "two.csv"):
        content = b"Organisation name,Country,Kind\nPublic library,Lithuania,library\n"
        row = intake.upload(by=by, network=network, file=SimpleUploadedFile(name, content))
        intakes.read_rows.func(work_id=str(row.work))
        intake.start(by=by, intake=Intake.objects.get(pk=row.pk))
        rows.append(Intake.objects.get(pk=row.pk))
    assert at_once(*[lambda row=row: intakes.import_rows.func(work_id=str(row.work)) for row in rows]) == ["done"] * 2
    assert sorted(Intake.objects.values_list("state", flat=True)) == ["checked", "imported"]
    assert Organisation.objects.count() == 1
