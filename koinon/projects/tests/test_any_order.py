"""Any sequence of verbs by anybody, by hypothesis: no state is skipped, nobody approves alone, no near juror scores,
money closes to its smallest unit. First each machine is walked to its end, so that what it asks for is not empty."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from koinon.accounts.queries import actor_of
from koinon.kit.verbs import VISITOR, Refused, machine
from koinon.projects.actions import calls, doing, grants, judging, plans
from koinon.projects.models import (
    CALL_STEPS,
    JUDGEMENT_STEPS,
    PROJECT_STEPS,
    RECEIPT_STEPS,
    SMALL_GRANT_STEPS,
    Call,
    Judgement,
    Project,
    Receipt,
    SmallGrant,
)
from koinon.projects.queries import conflicts, ranking
from koinon.projects.rules import calls as rules
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TODAY = date.today()
STEPS = {
    Call: CALL_STEPS, Project: PROJECT_STEPS, Judgement: JUDGEMENT_STEPS, SmallGrant: SMALL_GRANT_STEPS,
    Receipt: RECEIPT_STEPS,
}  # fmt: skip
WHO = ("milos", "vera", "ana", "bo", "petra", "jana", "jon", "coordinator", "stranger", "nobody")
ROLE = st.sampled_from(WHO)
AMOUNT = st.sampled_from(["0", "0.01", "20", "99.99", "120.5", "200", "200.01", "1e3", "-5"])
AGREED = ("approved", "paid", "settling", "closed")


class Life(RuleBasedStateMachine):
    """The people, and what must hold whatever they do."""

    PAPER = SimpleUploadedFile("r.pdf", b"%PDF-1.4 a page", content_type="application/pdf")

    def __init__(self):
        super().__init__()
        self.held = transaction.atomic()
        self.held.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.held.__exit__(None, None, None)

    @initialize()
    def begin(self):
        network, self.done = factories.network(), set()
        house = factories.member(network)
        team_house = factories.organisation()
        self.people = {name: factories.person(name=name) for name in WHO if name not in ("milos", "nobody")}
        self.people["milos"] = factories.representative(house)
        factories.mandate(organisation=house, role="deputy", person=self.people["vera"])
        factories.mandate(organisation=team_house, role="deputy", person=self.people["jana"])
        self.people["coordinator"] = factories.coordinator(network)
        self.call = factories.call(
            network=network, organisation=house, budget=Decimal("300"), most_grant=Decimal("200"), scores_needed=1
        )
        self.criterion = factories.callcriterion(call=self.call)
        self.project = factories.project(
            call=self.call, lead=self.people["ana"], state="draft", problem="No shade.", people="Our street.",
            measure="People sit there.", starts_on=TODAY, ends_on=TODAY + timedelta(days=60),
        )  # fmt: skip
        mate = factories.teammate(project=self.project, person=self.people["bo"], organisation=team_house)
        factories.step(project=self.project, who=mate)
        factories.risk(project=self.project)
        for name in ("jana", "jon"):
            factories.juror(call=self.call, person=self.people[name])
        self.furnish()
        self.before = self.states()

    def furnish(self):
        """What the machine begins with beside the people."""

    def by(self, who):
        if who == "nobody":
            return VISITOR
        return actor_of(person=self.people[who])

    def tries(self, verb, who, **facts):
        """Done, or refused with nothing changed."""
        try:
            with transaction.atomic():
                verb(by=self.by(who) if isinstance(who, str) else who, **facts)
            self.done.add(verb.__name__)
        except (ValidationError, Refused, IntegrityError):
            pass

    def states(self):
        return {(model, row.pk): row.state for model in STEPS for row in model.objects.all()}

    def now(self, model):
        return model.objects.get(pk=getattr(self, model.__name__.lower()).pk)

    @invariant()
    def no_state_is_skipped(self):
        if not hasattr(self, "before"):
            return
        after = self.states()
        for (model, key), state in after.items():
            old = self.before.get((model, key), state)
            if (model, old, state) == (Project, "returned", "draft"):
                assert Call.objects.get().state == "cancelled"
            elif old != state:
                assert STEPS[model].allows(old, state), f"{model.__name__}: {old} → {state}"
        self.before = after

    @invariant()
    def nobody_approves_alone(self):
        for row in SmallGrant.objects.filter(state__in=AGREED).select_related("project__call"):
            both = [row.first_by, row.second_by]
            assert None not in both
            assert row.first_by != row.second_by
            for person in both:
                assert rules.may_run(by=actor_of(person=person), call=row.project.call)
                assert not row.project.members.filter(person=person).exists()

    @invariant()
    def money_is_whole(self):
        for row in SmallGrant.objects.all():
            accepted = sum((each.amount for each in row.receipts.filter(state="accepted")), Decimal(0))
            assert row.accounted == accepted
            assert row.accounted + row.returned <= row.amount
            assert row.state != "closed" or row.accounted + row.returned == row.amount
            assert row.state in AGREED or not row.paid_on
        for call in Call.objects.all():
            rows = SmallGrant.objects.filter(project__call=call, state__in=AGREED)
            given = sum((row.amount - (row.returned if row.state == "closed" else 0) for row in rows), Decimal(0))
            assert call.granted == given <= call.budget

    @invariant()
    def who_is_near_never_scores(self):
        for call in Call.objects.filter(state__in=["judging", "ranked", "decided"]):
            rows = list(Judgement.objects.filter(project__call=call).select_related("juror", "project"))
            counted = sum(row.given for row in ranking.rows(call, states=tuple(Project.State.values)))
            assert counted == sum(row.state == "given" for row in rows)
            for row in rows:
                assert row.state != "conflict" or not row.points
                near = conflicts.found([row.juror], [row.project])
                assert row.state != "given" or near.get((row.juror_id, row.project_id)) in (None, "supervisor")


class Choosing(Life):
    """From a plan in work to a decision: the call, its jury, the team, the supervisor."""

    @rule(who=ROLE)
    def submit(self, who):
        self.tries(plans.submit, who, project=self.now(Project))

    @rule(who=ROLE)
    def take_back(self, who):
        self.tries(plans.take_back, who, project=self.now(Project))

    @rule(who=ROLE)
    def send_back(self, who):
        self.tries(plans.send_back, who, project=self.now(Project), why="A day is missing.", until=TODAY)

    @rule(who=ROLE, person=st.sampled_from(["petra", "jon", "bo"]))
    def supervisor(self, who, person):
        self.tries(plans.name_supervisor, who, project=self.now(Project), person=self.people[person])

    @rule(who=st.sampled_from([*WHO, "clock", "clock", "clock"]))
    def judge(self, who):
        self.tries(calls.judge, machine("clock") if who == "clock" else who, call=self.now(Call))

    @rule(who=ROLE, juror=st.integers(0, 1), points=st.integers(-1, 6))
    def give(self, who, juror, points):
        row = Judgement.objects.order_by("pk")[juror : juror + 1].first()
        said = {str(self.criterion.pk): points}
        if row is not None:
            self.tries(judging.give, who, judgement=row, points=said, words="A clear plan.")

    @rule(who=st.sampled_from(["jana", "jon", "ana"]), juror=st.integers(0, 1), back=st.booleans())
    def too_near(self, who, juror, back):
        row = Judgement.objects.order_by("pk")[juror : juror + 1].first()
        if row is not None and back:
            self.tries(judging.take_back, who, judgement=row)
        elif row is not None:
            self.tries(judging.declare, who, judgement=row, why="We are friends.")

    @rule(who=ROLE)
    def end_jury(self, who):
        self.tries(calls.end_jury, who, call=self.now(Call))

    @rule(who=ROLE, verdict=st.sampled_from(["approved", "conditional", "rejected", "excellent"]))
    def choose(self, who, verdict):
        facts = {"conditions": "Say who waters it.", "conditions_until": TODAY} if verdict == "conditional" else {}
        self.tries(calls.choose, who, project=self.now(Project), verdict=verdict, feedback="Well thought.", **facts)

    @rule(who=ROLE)
    def decide(self, who):
        self.tries(calls.decide, who, call=self.now(Call))

    @rule(who=ROLE, step=st.sampled_from(["close", "cancel"]), often=st.integers(0, 5))
    def end(self, who, step, often):
        if step == "close":
            self.tries(calls.close, who, call=self.now(Call))
        elif not often:
            self.tries(calls.cancel, who, call=self.now(Call), why="No money.")

    @rule(who=ROLE, step=st.sampled_from(["start", "meet", "settle", "pause", "resume", "finish", "give_up"]))
    def carry_out(self, who, step):
        project = self.now(Project)
        made = {
            "start": (doing.start, {}), "meet": (doing.meet_conditions, {"words": "We do."}),
            "settle": (doing.settle_conditions, {"is_met": True}), "pause": (doing.pause, {"why": "It rains."}),
            "resume": (doing.resume, {}), "finish": (doing.finish, {}), "give_up": (plans.give_up, {"why": "Too few."}),
        }  # fmt: skip
        verb, facts = made[step]
        if step != "give_up" or who == "ana":
            self.tries(verb, who, project=project, **facts)


class Paying(Life):
    """From the request to the last receipt; two plans of one call ask for its money."""

    def furnish(self):
        Call.objects.update(state="decided")
        Project.objects.update(state="running", supervisor=self.people["petra"])
        other = factories.project(call=self.call, lead=self.people["stranger"], state="running")
        self.projects = [self.project, other]

    def grant(self, which):
        return SmallGrant.objects.filter(project=self.projects[which]).order_by("-pk").first()

    def step(self, verb, who, which, **facts):
        if (row := self.grant(which)) is not None:
            self.tries(verb, who, grant=row, **facts)

    @rule(who=ROLE, which=st.integers(0, 1), amount=AMOUNT)
    def ask(self, who, which, amount):
        project = Project.objects.get(pk=self.projects[which].pk)
        self.tries(grants.ask, who, project=project, amount=Decimal(amount), purpose="Wood")

    @rule(who=st.sampled_from([*WHO, "milos", "vera"]), which=st.integers(0, 1))
    def approve(self, who, which):
        self.step(grants.approve, who, which)

    @rule(who=ROLE, which=st.integers(0, 1), verb=st.sampled_from(["withdraw", "refuse", "settle"]))
    def others(self, who, which, verb):
        facts = {"why": "Too much."} if verb == "refuse" else {}
        self.step(getattr(grants, verb), who, which, **facts)

    @rule(who=ROLE, which=st.integers(0, 1), days=st.integers(-1, 1))
    def pay(self, who, which, days):
        self.step(grants.pay, who, which, paid_on=TODAY + timedelta(days=days), reference="Bank 7")

    @rule(who=st.sampled_from(["ana", "bo", "stranger", "milos"]), which=st.integers(0, 1), amount=AMOUNT)
    def receipt(self, who, which, amount):
        facts = {"title": "Wood", "amount": Decimal(amount), "spent_on": TODAY, "file": self.PAPER}
        self.PAPER.seek(0)
        self.step(grants.add_receipt, who, which, **facts)

    @rule(who=ROLE, number=st.integers(0, 3), verb=st.sampled_from(["accept", "return", "mend", "drop"]), amount=AMOUNT)
    def look(self, who, number, verb, amount):
        rows = list(Receipt.objects.order_by("pk"))
        if not rows:
            return
        made = {
            "accept": (grants.accept_receipt, {}), "return": (grants.return_receipt, {"why": "For what?"}),
            "drop": (grants.drop_receipt, {}),
            "mend": (grants.mend_receipt, {"title": "Wood", "amount": Decimal(amount), "spent_on": TODAY}),
        }  # fmt: skip
        action, facts = made[verb]
        self.tries(action, who, receipt=rows[number % len(rows)], **facts)

    @rule(who=ROLE, which=st.integers(0, 1), amount=AMOUNT)
    def back(self, who, which, amount):
        facts = {"amount": Decimal(amount), "returned_on": TODAY, "reference": "Bank 9"}
        self.step(grants.note_returned, who, which, **facts)

    @rule(who=ROLE, which=st.integers(0, 1))
    def close(self, who, which):
        self.step(grants.close, who, which)

    @rule(who=st.sampled_from(["ana", "stranger"]), which=st.integers(0, 1))
    def give_up(self, who, which):
        self.tries(plans.give_up, who, project=Project.objects.get(pk=self.projects[which].pk), why="Too few.")

    @rule(who=ROLE)
    def close_call(self, who):
        self.tries(calls.close, who, call=self.now(Call))


INVARIANTS = ("no_state_is_skipped", "nobody_approves_alone", "money_is_whole", "who_is_near_never_scores")


@pytest.fixture
def live(request):
    """A life that is over when the test is."""

    def made(kind):
        life = kind()
        request.addfinalizer(life.teardown)
        return life

    return made


def walked(life, *steps):
    """These steps one after the other, each of which must have been possible."""
    life.begin()
    for name, facts in steps:
        number = len(life.done)
        before = life.states()
        getattr(life, name)(**facts)
        assert life.states() != before or len(life.done) > number or name == "back", f"{name} was refused"
        for each in INVARIANTS:
            getattr(life, each)()
    return life


def test_choosing_comes_to_its_end(live):
    life = walked(
        live(Choosing), ("submit", {"who": "ana"}), ("judge", {"who": "clock"}),
        ("give", {"who": "jon", "juror": 1, "points": 4}), ("end_jury", {"who": "milos"}),
        ("choose", {"who": "vera", "verdict": "approved"}), ("decide", {"who": "milos"}),
        ("supervisor", {"who": "milos", "person": "petra"}), ("carry_out", {"who": "ana", "step": "start"}),
        ("carry_out", {"who": "ana", "step": "finish"}), ("end", {"who": "milos", "step": "close", "often": 1}),
    )  # fmt: skip
    assert Judgement.objects.get(juror__person=life.people["jana"]).state == "conflict"
    assert (Call.objects.get().state, Project.objects.get().state) == ("closed", "closing")


def test_paying_comes_to_its_end(live):
    walked(
        live(Paying), ("ask", {"who": "ana", "which": 0, "amount": "120.5"}), ("approve", {"who": "milos", "which": 0}),
        ("approve", {"who": "vera", "which": 0}), ("pay", {"who": "milos", "which": 0, "days": 0}),
        ("receipt", {"who": "bo", "which": 0, "amount": "99.99"}),
        ("look", {"who": "vera", "number": 0, "verb": "return", "amount": "0"}),
        ("look", {"who": "ana", "number": 0, "verb": "mend", "amount": "20"}),
        ("look", {"who": "vera", "number": 0, "verb": "accept", "amount": "0"}),
        ("receipt", {"who": "bo", "which": 0, "amount": "0.01"}),
        ("others", {"who": "ana", "which": 0, "verb": "settle"}),
        ("look", {"who": "vera", "number": 1, "verb": "return", "amount": "0"}),
        ("look", {"who": "ana", "number": 1, "verb": "drop", "amount": "0"}),
        ("back", {"who": "milos", "which": 0, "amount": "99.99"}),
    )  # fmt: skip
    grant = SmallGrant.objects.get()
    assert (grant.amount, grant.accounted, grant.returned, grant.state) == (
        Decimal("120.5"), Decimal(20), Decimal("99.99"), "paid",
    )  # fmt: skip


@pytest.mark.parametrize("life", [Choosing, Paying])
def test_any_order(life):
    run_state_machine_as_test(life, settings=ANY)


ANY = settings(max_examples=15, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
