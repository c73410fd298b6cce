"""Small grants: two different people, nobody of the team, and every cent accounted for before it is closed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Sum
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koinon.kit.models import Statement
from koinon.kit.verbs import Refused
from koinon.projects.actions import grants
from koinon.projects.models import Call, SmallGrant
from koinon.projects.templatetags.projects import money
from tests import factories
from tests.people import told

pytestmark = pytest.mark.django_db
TODAY = date.today()
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


def paper():
    return SimpleUploadedFile("receipt.pdf", PDF, content_type="application/pdf")


@pytest.fixture
def asked(acting, bo, running):
    return grants.ask(by=acting(bo), project=running, amount=Decimal("200"), purpose="Wood.")


@pytest.fixture
def paid(acting, asked, milos, vera):
    grants.approve(by=acting(milos), grant=asked)
    grants.approve(by=acting(vera), grant=asked)
    return grants.pay(by=acting(vera), grant=asked, paid_on=TODAY, reference="Bank 17")


def receipt(acting, who, grant, amount):
    return grants.add_receipt(
        by=acting(who), grant=grant, title="Wood", amount=Decimal(amount), spent_on=TODAY, file=paper()
    )


class TestAsking:
    def test_those_who_decide_are_told(self, milos, petra, asked):
        assert told(milos, "projects.grant") == ["200.00\u00a0EUR are asked for: A bench in the shade"]
        assert not told(petra, "projects.grant")

    @pytest.mark.parametrize("amount", ["500.01", "0", "-5", "1.005"])
    def test_no_more_than_one_team_may_get(self, acting, bo, running, amount):
        with pytest.raises(ValidationError) as problem:
            grants.ask(by=acting(bo), project=running, amount=Decimal(amount), purpose="Wood.")
        assert "amount" in problem.value.message_dict

    def test_no_more_than_is_left(self, acting, bo, running):
        Call.objects.update(granted=Decimal("2850.00"))
        with pytest.raises(ValidationError) as problem:
            grants.ask(by=acting(bo), project=running, amount=Decimal("150.01"), purpose="Wood.")
        assert "150.00" in str(problem.value)

    def test_one_at_a_time(self, enter, bo, running, asked):
        sent = {"amount": "10", "purpose": "More."}
        answer = enter(bo).post(reverse("projects:money", args=[running.slug]), sent)
        assert "You have asked for a small grant already." in answer.content.decode()

    def test_twice_is_never_more_than_the_most(self, acting, bo, running):
        factories.smallgrant(project=running, state="closed", amount=Decimal("400.00"))
        with pytest.raises(ValidationError):
            grants.ask(by=acting(bo), project=running, amount=Decimal("100.01"), purpose="Wood.")

    def test_not_before_the_decision(self, acting, ana, plan):
        with pytest.raises(ValidationError):
            grants.ask(by=acting(ana), project=plan, amount=Decimal("10"), purpose="Wood.")


class TestApproval:
    def test_by_two(self, acting, asked, milos, vera, bo):
        assert grants.approve(by=acting(milos), grant=asked).state == "halfway"
        assert grants.approve(by=acting(vera), grant=asked).state == "approved"
        assert Call.objects.get().granted == Decimal("200.00")
        assert told(bo)[-1] == "200.00\u00a0EUR are approved: A bench in the shade"
        assert Statement.objects.filter(verb="projects.grant_approved", noun=asked.pk).count() == 2

    def test_not_twice_by_one(self, acting, asked, milos):
        grants.approve(by=acting(milos), grant=asked)
        with pytest.raises(ValidationError):
            grants.approve(by=acting(milos), grant=asked)
        assert SmallGrant.objects.get().state == "halfway"

    @pytest.mark.parametrize("who", ["ana", "bo", "petra", "stranger", "rival", "jana"])
    def test_not_by_who_is_near_or_far(self, request, acting, asked, who):
        with pytest.raises(Refused):
            grants.approve(by=acting(request.getfixturevalue(who)), grant=asked)

    def test_not_by_a_representative_who_joined_the_team(self, acting, asked, running, milos):
        factories.teammate(project=running, person=milos)
        with pytest.raises(Refused):
            grants.approve(by=acting(milos), grant=asked)

    def test_not_when_the_budget_is_gone(self, enter, acting, asked, milos, vera):
        grants.approve(by=acting(milos), grant=asked)
        Call.objects.update(granted=Decimal("2900.00"))
        answer = enter(vera).post(reverse("projects:grant_step", args=[asked.pk, "approve"]))
        assert "The budget of this call does not allow this." in answer.content.decode()
        assert SmallGrant.objects.get().state == "halfway"

    def test_one_no_is_enough(self, acting, asked, milos, vera, bo):
        grants.approve(by=acting(milos), grant=asked)
        grants.refuse(by=acting(vera), grant=asked, why="Too much paint.")
        assert told(bo)[-1] == "The small grant was refused: A bench in the shade"
        with pytest.raises(ValidationError):
            grants.approve(by=acting(milos), grant=asked)

    def test_withdrawn_money_is_free_again(self, acting, asked, milos, vera, bo):
        for who in (milos, vera):
            grants.approve(by=acting(who), grant=asked)
        grants.withdraw(by=acting(bo), grant=asked)
        assert Call.objects.get().granted == Decimal("0.00")


class TestPayment:
    def test_with_day_and_reference(self, paid, bo):
        assert (paid.state, paid.paid_on, paid.paid_reference) == ("paid", TODAY, "Bank 17")
        assert told(bo)[-1] == "200.00\u00a0EUR were paid: A bench in the shade"

    @pytest.mark.parametrize("days", [1, -3])
    def test_on_a_possible_day(self, acting, asked, milos, vera, days):
        for who in (milos, vera):
            grants.approve(by=acting(who), grant=asked)
        with pytest.raises(ValidationError) as problem:
            grants.pay(by=acting(milos), grant=asked, paid_on=TODAY + timedelta(days=days), reference="1")
        assert "paid_on" in problem.value.message_dict

    def test_not_before_two_have_approved(self, acting, asked, milos):
        grants.approve(by=acting(milos), grant=asked)
        with pytest.raises(ValidationError):
            grants.pay(by=acting(milos), grant=asked, paid_on=TODAY, reference="1")


class TestAccount:
    def test_a_receipt_has_a_file(self, acting, bo, paid):
        with pytest.raises(ValidationError) as problem:
            grants.add_receipt(by=acting(bo), grant=paid, title="Wood", amount=Decimal(5), spent_on=TODAY)
        assert "file" in problem.value.message_dict

    def test_no_more_than_the_grant(self, acting, bo, paid):
        receipt(acting, bo, paid, "150")
        with pytest.raises(ValidationError):
            receipt(acting, bo, paid, "50.01")

    def test_closed_when_even(self, acting, bo, paid, milos, vera):
        row = receipt(acting, bo, paid, "149.50")
        grants.settle(by=acting(bo), grant=paid)
        grants.accept_receipt(by=acting(milos), receipt=row)
        with pytest.raises(ValidationError) as problem:
            grants.close(by=acting(milos), grant=paid)
        assert "50.50 EUR" in str(problem.value)
        grants.note_returned(
            by=acting(vera), grant=paid, amount=Decimal("50.50"), returned_on=TODAY, reference="Bank 3"
        )
        assert grants.close(by=acting(milos), grant=paid).state == "closed"
        assert Call.objects.get().granted == Decimal("149.50")

    def test_not_with_a_receipt_nobody_looked_at(self, acting, bo, paid, milos):
        receipt(acting, bo, paid, "200")
        grants.settle(by=acting(bo), grant=paid)
        with pytest.raises(ValidationError):
            grants.close(by=acting(milos), grant=paid)

    def test_returned_with_a_question_and_mended(self, acting, bo, paid, milos):
        row = receipt(acting, bo, paid, "200")
        grants.settle(by=acting(bo), grant=paid)
        grants.return_receipt(by=acting(milos), receipt=row, why="What is it?")
        paid.refresh_from_db()
        assert paid.state == "paid"
        with pytest.raises(ValidationError):
            grants.settle(by=acting(bo), grant=paid)
        row.refresh_from_db()
        grants.mend_receipt(by=acting(bo), receipt=row, title="Oak", amount=Decimal("200"), spent_on=TODAY)
        assert grants.settle(by=acting(bo), grant=paid).state == "settling"

    def test_the_team_accepts_nothing(self, acting, ana, bo, petra, paid):
        row = receipt(acting, bo, paid, "10")
        for who in (ana, bo, petra):
            with pytest.raises(Refused):
                grants.accept_receipt(by=acting(who), receipt=row)
            with pytest.raises(Refused):
                grants.note_returned(by=acting(who), grant=paid, amount=Decimal(1), returned_on=TODAY, reference="1")

    def test_others_read_no_receipt(self, enter, acting, bo, paid, jana, jury, stranger, client):
        row = receipt(acting, bo, paid, "10")
        for address in (
            reverse("projects:receipt_file", args=[row.pk]), reverse("kit:file", args=[row.upload_id])
        ):  # fmt: skip
            assert enter(jana).get(address).status_code == 404
            assert enter(stranger).get(address).status_code == 404
        assert enter(bo).get(reverse("projects:receipt_file", args=[row.pk])).status_code == 200

    def test_who_owes_the_account_is_nudged(self, paid, bo):
        from koinon.projects.clock import turns

        SmallGrant.objects.update(due_on=TODAY + timedelta(days=1))
        turns.nudge(0)
        assert told(bo, "projects.reminder") == ["A small grant waits for you: A bench in the shade"]


CENTS = st.integers(min_value=1, max_value=25_000).map(lambda cents: Decimal(cents) / 100)
DEEDS = st.lists(
    st.tuples(st.sampled_from(["add", "accept", "return", "back", "settle", "mend", "drop", "close"]), CENTS),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_whatever_happens_the_account_is_true(acting, bo, milos, vera, running, deeds):
    """Accepted receipts and money back never exceed the grant, and a closed one is even to the cent."""
    grant = factories.smallgrant(project=running, state="paid", amount=Decimal("200.00"))
    for deed, amount in deeds:
        row = grant.receipts.order_by("?").first()
        facts = {"title": "Wood", "amount": amount, "spent_on": TODAY}
        try:
            if deed == "add":
                receipt(acting, bo, grant, amount)
            elif deed == "back":
                grants.note_returned(by=acting(vera), grant=grant, amount=amount, returned_on=TODAY, reference="1")
            elif deed in ("settle", "close"):
                (grants.settle if deed == "settle" else grants.close)(
                    by=acting(bo if deed == "settle" else milos), grant=grant
                )
            elif row is not None and deed == "accept":
                grants.accept_receipt(by=acting(milos), receipt=row)
            elif row is not None and deed == "return":
                grants.return_receipt(by=acting(milos), receipt=row, why="What?")
            elif row is not None and deed == "mend":
                grants.mend_receipt(by=acting(bo), receipt=row, **facts)
            elif row is not None:
                grants.drop_receipt(by=acting(bo), receipt=row)
        except ValidationError:
            pass
        grant.refresh_from_db()
        accepted = grant.receipts.filter(state="accepted").aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
        assert grant.accounted == accepted
        assert grant.accounted + grant.returned <= grant.amount
        if grant.state == "closed":
            assert grant.accounted + grant.returned == grant.amount
            break
    grant.receipts.all().delete()
    grant.delete()
    Call.objects.update(granted=0)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "1,234.50\u00a0EUR"), ("sq", "1\u00a0234,50\u00a0EUR"), ("lt", "1\u00a0234,50\u00a0EUR")],
)
def test_two_digits_always(language, said):
    from django.utils import translation

    with translation.override(language):
        assert money(Decimal("1234.5"), "EUR") == said
