"""Foreign keys point down the ladder, as imports do (import-linter checks those)."""

from importlib import import_module

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from koinon.kit import verbs

LADDER = ["kit", "accounts", "network", "matching", "projects", "events", "learning", "programmes"]


def ours():
    return [model for app in LADDER for model in apps.get_app_config(app).get_models()]


def test_foreign_keys_point_down():
    for model in ours():
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and field.related_model is not None:
                target = field.related_model._meta.app_label
                if target in LADDER:
                    assert LADDER.index(target) <= LADDER.index(model._meta.app_label), (
                        f"{model}.{field.name} points up"
                    )


def test_every_verb_belongs_to_its_app():
    for app in LADDER[1:]:
        import_module(f"koinon.{app}.actions")
    assert len(verbs.REGISTRY) > 20
    for name, act in verbs.REGISTRY.items():
        if not act.__module__.startswith("koinon.") or ".tests" in act.__module__:
            continue
        app = act.__module__.split(".")[1]
        assert name.startswith(f"{app}."), f"{name} is a verb of {app}"
        assert ".actions" in act.__module__, f"{name}: verbs live in actions, not in {act.__module__}"
        assert act.__doc__, f"{name} says why in a sentence"


def test_every_verb_has_a_rule_in_rules():
    for name, act in verbs.REGISTRY.items():
        if act.__module__.startswith("koinon.") and ".tests" not in act.__module__:
            module = act.rule.__module__
            assert ".rules" in module or module == "koinon.kit.verbs", f"{name}: its rule lives in {module}"


def named_urls(resolver=None, namespace=""):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from named_urls(entry, inner)
        elif isinstance(entry, URLPattern) and entry.name:
            yield f"{namespace}{entry.name}"


def test_every_url_of_ours_has_a_door_test():
    doors = set()
    for app in ("kit", "accounts", "network", "matching", "projects", "events", "learning", "programmes"):
        doors |= set(import_module(f"koinon.{app}.tests.test_doors").DOORS)
    mine = {
        name
        for name in named_urls()
        if name.split(":")[0]
        in ("kit", "accounts", "network", "matching", "projects", "events", "learning", "programmes")
    }
    assert not mine - doors, "URLs without a door test"
    assert not doors - mine, "door tests of URLs that are gone"


def test_every_model_has_a_factory():
    from tests import factories

    for app in ("accounts", "network", "matching", "projects", "events", "learning", "programmes"):
        for model in apps.get_app_config(app).get_models():
            assert hasattr(factories, model._meta.model_name), f"tests.factories.{model._meta.model_name} is missing"
