"""Frameworks of competences: an organisation's own, one that we ship, from a sheet; and what parts of courses teach."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from koinon.kit import prose
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.learning import rules
from koinon.learning.actions.bank import NOT_BANK
from koinon.learning.actions.courses import NOT_YOURS
from koinon.learning.actions.drafts import open_node
from koinon.learning.models import Competence, Framework, Node
from koinon.network.models import Organisation

MOST = 5000
SHIPPED = Path(__file__).parents[1] / "data" / "esco_transversal.csv"
NAME, CODE, URI = 300, 60, 400
_is_address = URLValidator(schemes=["http", "https"])


@verb("learning.framework_kept", rule=rules.keeps_bank, refusal=NOT_BANK)
def keep(
    *, by: Actor, organisation: Organisation, name: str, uri: str, rows: Sequence[Mapping[str, Any]], credit: str = ""
) -> Framework:
    """A framework of an organisation from rows {"uri", "code", "names": {language: name}, "parent": uri or code}. Taken
    again under the same address, names are brought up to date; nothing that courses point to is lost."""
    framework, _is_new = Framework.objects.update_or_create(
        organisation=organisation, uri=_address(uri, "uri"),
        defaults={"name": prose.line(name)[:200], "credit": prose.line(credit)[:300]},
    )  # fmt: skip
    _fill(framework, rows)
    return framework


@verb("learning.framework_shipped", rule=only_machine)
def ship(*, by: Actor) -> Framework:
    """The public framework that comes with the product: transversal skills of ESCO, by their own addresses."""
    framework, _is_new = Framework.objects.update_or_create(
        organisation=None, uri="http://data.europa.eu/esco/concept-scheme/skill-transversal-groups",
        defaults={
            "name": "ESCO: transversal skills", "credit": "ESCO 1.2.0, © European Union, https://esco.ec.europa.eu",
        },
    )  # fmt: skip
    with SHIPPED.open(encoding="utf-8", newline="") as lines:
        _fill(framework, [{"uri": row["uri"], "names": {"en": row["en"]}} for row in csv.DictReader(lines)])
    return framework


@verb("learning.competences_named", rule=rules.may_write_node, refusal=NOT_YOURS)
def align(*, by: Actor, node: Node, competences: Iterable[Competence]) -> Node:
    """What somebody can do after this part."""
    open_node(node)
    node.competences.set(competences)
    return node


def _fill(framework: Framework, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows or len(rows) > MOST:
        raise ValidationError(_("There must be one row at least, and %(count)s at most.") % {"count": MOST})
    made: dict[str, Competence] = {}
    for number, row in enumerate(rows, start=1):
        names = {code: prose.line(text)[:NAME] for code, text in row["names"].items() if prose.line(text)}
        if not names:
            raise ValidationError(_("Row %(number)s has no name.") % {"number": number})
        facts = {"names": names, "code": prose.line(str(row.get("code", "")))[:CODE], "order": number}
        uri = _address(str(row["uri"]), "file")
        made[uri], _is_new = Competence.objects.update_or_create(framework=framework, uri=uri, defaults=facts)
    codes = {row.code: row for row in made.values() if row.code}
    for competence, said in zip(made.values(), rows, strict=False):
        wanted = str(said.get("parent", ""))
        parent = made.get(wanted) or codes.get(wanted)
        if parent is not None and parent != competence:
            competence.parent = parent
            competence.save(update_fields=["parent"])


def _address(text: str, field: str) -> str:
    said = prose.line(text)[:URI]
    try:
        _is_address(said)
    except ValidationError as problem:
        sentence = _("This is no address: %(text)s") % {"text": said[:80]}
        raise ValidationError({field: [sentence]}) from problem
    return said
