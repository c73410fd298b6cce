"""Letters about drift, to those who run the programme."""

from collections.abc import Callable

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from koinon.accounts.notices import tell_all
from koinon.kit.addresses import to
from koinon.kit.verbs import Actor
from koinon.network.queries import speakers_of
from koinon.programmes.models import DriftWarning
from koinon.programmes.notices.cascade import unless_demo
from koinon.programmes.queries.lineage_pages import drift_sentence


@unless_demo
def found(*, by: Actor, result: DriftWarning) -> None:
    programme = result.programme

    def said(language: str) -> str:
        with translation.override(language):
            return drift_sentence(result)

    def title(language: str) -> str:
        with translation.override(language):
            return str(programme)

    facts: dict[str, Callable[[str], str]] = {"title": title, "said": said}
    tell_all(
        people=list(speakers_of(programme.organisation_id)), kind="programmes.running",
        title=_("Something gets worse from generation to generation: %(title)s"), text=_("%(said)s"), facts=facts,
        address=to("programmes:lineage", programme.slug), action=_("See the generations"),
    )  # fmt: skip
