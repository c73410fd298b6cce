"""Verbs: the rule is asked, one statement is written, notices go with the rows, and the grammar is enforced."""

from uuid import uuid4

import pytest
from django.db import models

from koinon.kit import verbs
from koinon.kit.models import Statement, UsedLink
from koinon.kit.verbs import Actor, Refused, machine, verb

pytestmark = pytest.mark.django_db


@pytest.fixture
def fresh(monkeypatch):
    """Names of verbs are free again after each test."""
    monkeypatch.setattr(verbs, "REGISTRY", {})


def make(name="kit.tried", rule=lambda *, by: not by.is_machine, **options):
    @verb(name, rule=rule, **options)
    def try_it(*, by, nonce=None):
        return UsedLink.objects.create(nonce=nonce or uuid4())

    return try_it


def test_a_verb_leaves_one_statement_with_who_for_whom_and_what(fresh):
    network, organisation, alias = uuid4(), uuid4(), uuid4()
    me = Actor(person=uuid4(), alias=alias, acting_for=organisation, role="member", roles={network: frozenset({"x"})})
    make(counts=lambda result: {"things": 2})(by=me)
    said = Statement.objects.get()
    assert (said.verb, said.actor, said.organisation, said.role) == ("kit.tried", alias, organisation, "member")
    assert (said.kind, said.counts) == ("kit.usedlink", {"things": 2})


def test_a_refused_verb_says_why_and_leaves_nothing(fresh):
    with pytest.raises(Refused, match="Machines may not"):
        make(refusal="Machines may not try.")(by=machine("clock"))
    assert not Statement.objects.exists()
    assert not UsedLink.objects.exists()


def test_a_failing_notice_takes_the_rows_back(fresh):
    def fail(*, by, result):
        raise RuntimeError("no mail")

    with pytest.raises(RuntimeError):
        make(then=fail)(by=Actor(person=uuid4()))
    assert not UsedLink.objects.exists()
    assert not Statement.objects.exists()


def test_rules_get_only_the_arguments_they_name(fresh):
    asked = {}

    def rule(*, by, nonce):
        asked.update(by=by, nonce=nonce)
        return True

    nonce = uuid4()
    me = Actor(person=uuid4())
    make(rule=rule)(by=me, nonce=nonce)
    assert asked == {"by": me, "nonce": nonce}


def test_the_grammar_of_verbs(fresh):
    with pytest.raises(TypeError, match="first argument"):
        verb("kit.wrong", rule=verbs.anyone)(lambda *, thing, by: None)
    with pytest.raises(TypeError, match="keyword arguments only"):
        verb("kit.wrong", rule=verbs.anyone)(lambda by: None)
    with pytest.raises(TypeError, match="name of its own"):
        verb("wrong", rule=verbs.anyone)(lambda *, by: None)
    with pytest.raises(TypeError, match="Actor"):
        make()(by="me")


def test_roles_are_held_in_a_scope():
    network, other = uuid4(), uuid4()
    me = Actor(person=uuid4(), roles={network: frozenset({"coordinator"})})
    assert me.holds("coordinator", network)
    assert not me.holds("coordinator", other)
    assert not me.holds("coordinator", None)
    assert me.scopes("coordinator") == [network]


def test_models_of_ours_tell_their_scope():
    from django.apps import apps

    for app in ("accounts", "network", "matching"):
        for model in apps.get_app_config(app).get_models():
            if any(field.name == "network" and isinstance(field, models.ForeignKey) for field in model._meta.fields):
                assert isinstance(model.__dict__.get("scope_id"), property), f"{model} needs scope_id"
