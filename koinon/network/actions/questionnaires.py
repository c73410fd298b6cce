"""Build a form: parts and questions of its draft, then publish; what is published stays as it is."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import prose, questions
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, verb
from koinon.network import rules
from koinon.network.engine.ready_made import choices, ready_made
from koinon.network.models import FORM_STEPS, Form, FormVersion, Network

REMEMBERED = 20
"""How many removed parts and questions a draft keeps so that they can be put back."""

conflict("form_one_application_per_network", None, gettext_lazy("This network has an application form already."))
conflict("form_one_draft", None, gettext_lazy("There is a draft of this form already."))


@verb("network.form_made", rule=rules.may_run)
def make(*, by: Actor, network: Network, purpose: str, template: str = "") -> Form:
    """A new form with a draft: ready made as `template` (see engine.ready_made), or empty."""
    if purpose not in Form.Purpose.values:
        raise ValidationError({"purpose": [_("Please choose one of the list.")]})
    languages = list(dict.fromkeys([network.language, *network.languages]))
    if template and (template, purpose) not in {(key, of) for key, of, _name in choices(network.language)}:
        raise ValidationError({"template": [_("Please choose one of the list.")]})
    names, schema = ready_made(template or f"empty {purpose}", languages)
    form = Form.objects.create(network=network, purpose=purpose, names=names)
    FormVersion.objects.create(form=form, schema=schema)
    return form


@verb("network.form_named", rule=rules.may_build)
def name(*, by: Actor, form: Form, names: Mapping[str, str]) -> Form:
    """What the form is called, by language."""
    tidy = _tidy(names)
    if form.network.language not in tidy:
        raise ValidationError(_("Please write it in the language of the form."))
    form.names = tidy
    form.save(update_fields=["names"])
    return form


@verb("network.form_part_written", rule=rules.may_build)
def write_part(
    *, by: Actor, form: Form, titles: Mapping[str, str], intros: Mapping[str, str] | None = None, key: str = ""
) -> FormVersion:
    """A new part at the end, or new words for the part `key`."""
    version = _draft(form)
    part = questions.part_of(version.schema, key) if key else questions.new_part({})
    if part is None:
        raise ValidationError(_("Somebody has removed this part meanwhile."))
    part |= {"titles": _tidy(titles), "intros": _tidy(intros or {}, is_long=True)}
    if not key:
        version.schema["parts"].append(part)
    return _kept(version, part["key"])


@verb("network.form_question_written", rule=rules.may_build)
def write_question(*, by: Actor, form: Form, question: Mapping[str, Any], part: str = "", key: str = "") -> FormVersion:
    """A new question at the end of `part`, or the question `key` anew. `question`: as in koinon.kit.questions."""
    version = _draft(form)
    made = {**question, "labels": _tidy(question["labels"]), "helps": _tidy(question.get("helps") or {}, is_long=True)}
    if key:
        old = questions.find(version.schema, key)
        if old is None:
            raise ValidationError(_("Somebody has removed this question meanwhile."))
        old.clear()
        old |= {**made, "key": key}
    else:
        target = questions.part_of(version.schema, part)
        if target is None:
            raise ValidationError(_("Somebody has removed this part meanwhile."))
        made["key"] = questions.new_key("q")
        target["questions"].append(made)
    return _kept(version, made.get("key") or key)


@verb("network.form_arranged", rule=rules.may_build)
def arrange(*, by: Actor, form: Form, key: str, step: str) -> FormVersion:
    """Move a part or a question up or down (a question over the edge goes to the next part), remove it, put it back."""
    version = _draft(form)
    if step not in ARRANGE or not ARRANGE[step](version, key):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    version.save(update_fields=["schema", "removed"])
    return version


@verb("network.form_published", rule=rules.may_build)
def publish(*, by: Actor, form: Form) -> FormVersion:
    """From now on new applications use this version; the one before is replaced, its open drafts stay on it."""
    version = _draft(form)
    if found := questions.problems(version.schema):
        raise ValidationError([problem for problems in found.values() for problem in problems])
    if any(not part["questions"] for part in version.schema["parts"]):
        raise ValidationError(_("A part has no question yet: fill it or remove it."))
    before = FormVersion.objects.filter(form=form, state="published").first()
    if before is not None:
        FORM_STEPS.move(before, "retired")
    FORM_STEPS.move(version, "published", published_at=timezone.now(), removed=[])
    return version


@verb("network.form_renewed", rule=rules.may_build)
def renew(*, by: Actor, form: Form) -> FormVersion:
    """A new draft that begins with what is published now (or was last)."""
    last = FormVersion.objects.filter(form=form).exclude(state="draft").order_by("-number").first()
    number = FormVersion.objects.filter(form=form).aggregate(last=Max("number"))["last"] or 0
    schema = deepcopy(last.schema) if last else questions.new_schema(form.network.language)
    return FormVersion.objects.create(form=form, number=number + 1, schema=schema)


@verb("network.form_draft_discarded", rule=rules.may_build)
def discard(*, by: Actor, form: Form) -> Form:
    """The draft goes; what is published stays. A form that was never published goes with it."""
    _draft(form).delete()
    if not FormVersion.objects.filter(form=form).exists():
        key = form.pk
        form.delete()
        form.pk = key
    return form


def _draft(form: Form) -> FormVersion:
    """The draft, locked: two coordinators who change it at once do so one after the other."""
    version = FormVersion.objects.select_for_update(of=["self"]).filter(form=form, state="draft").first()
    if version is None:
        raise ValidationError(_("This version is published and stays as it is. Begin a new one."))
    return version


def _kept(version: FormVersion, key: str) -> FormVersion:
    """Save the draft, unless what was just written is wrong by itself."""
    found = questions.problems(version.schema)
    if wrong := found.get(key, []):
        raise ValidationError(wrong)
    version.save(update_fields=["schema"])
    return version


def _tidy(texts: Mapping[str, str], is_long: bool = False) -> dict[str, str]:
    said = {language: (prose.clean if is_long else prose.line)(text or "") for language, text in texts.items()}
    return {language: text for language, text in said.items() if text}


def _move(version: FormVersion, key: str, way: int) -> bool:
    parts = version.schema["parts"]
    for index, part in enumerate(parts):
        if part["key"] == key:
            return _swap(parts, index, index + way)
        for place, question in enumerate(part["questions"]):
            if question["key"] != key:
                continue
            if _swap(part["questions"], place, place + way):
                return True
            if not 0 <= index + way < len(parts):
                return False
            next_door = parts[index + way]["questions"]
            next_door.insert(0 if way > 0 else len(next_door), part["questions"].pop(place))
            return True
    return False


def _swap(row: list[Any], one: int, other: int) -> bool:
    if not 0 <= other < len(row):
        return False
    row[one], row[other] = row[other], row[one]
    return True


def _remove(version: FormVersion, key: str) -> bool:
    parts = version.schema["parts"]
    for index, part in enumerate(parts):
        if part["key"] == key:
            gone = {"part": None, "place": index, "thing": parts.pop(index)}
            break
        place = next((place for place, each in enumerate(part["questions"]) if each["key"] == key), None)
        if place is not None:
            gone = {"part": part["key"], "place": place, "thing": part["questions"].pop(place)}
            break
    else:
        return False
    version.removed = [*version.removed, gone][-REMEMBERED:]
    return True


def _restore(version: FormVersion, key: str) -> bool:
    """Put back what was removed where it was; a question whose part is gone goes to the last part."""
    gone = next((gone for gone in version.removed if gone["thing"]["key"] == key), None)
    parts = version.schema["parts"]
    if gone is None or (gone["part"] is not None and not parts):
        return False
    version.removed = [other for other in version.removed if other is not gone]
    if gone["part"] is None:
        parts.insert(gone["place"], gone["thing"])
    else:
        home = questions.part_of(version.schema, gone["part"]) or parts[-1]
        home["questions"].insert(gone["place"], gone["thing"])
    return True


ARRANGE = {
    "up": lambda version, key: _move(version, key, -1),
    "down": lambda version, key: _move(version, key, 1),
    "remove": _remove,
    "restore": _restore,
}
