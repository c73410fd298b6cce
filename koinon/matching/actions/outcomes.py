"""What became of a connection: did they meet, and what came of it after 30 and 90 days. The clock asks, taps tell."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import links, prose
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.matching.models import INTRODUCTION_STEPS, Introduction, Outcome
from koinon.matching.notices import outcomes as notices
from koinon.matching.rules import introductions as rules
from koinon.network.models import Organisation

AFTER = (30, 90)
PATIENCE = timedelta(days=30)
"""After the last question, before an introduction ends by itself."""

WORDS = 300
EACH_FOR_ITSELF = gettext_lazy("Each side answers for itself.")


@verb("matching.introduction_met", rule=rules.may_answer, refusal=EACH_FOR_ITSELF)
def meet(*, by: Actor, introduction: Introduction, organisation: Organisation) -> Introduction:
    """One side says that they have met: enough for both."""
    INTRODUCTION_STEPS.move(introduction, "met", moved_at=timezone.now())
    return introduction


@verb("matching.introduction_followed_up", rule=only_machine, then=notices.asked)
def ask(*, by: Actor, introduction: Introduction, after: int) -> tuple[Introduction, list[Outcome]]:
    """Ask both sides once; asked already, it asks nobody (and says so by an empty list)."""
    made = []
    for side in introduction.sides:
        row, is_new = Outcome.objects.get_or_create(
            introduction=introduction, organisation_id=side, after=after, defaults={"asked_on": date.today()}
        )
        made += [row] if is_new else []
    return introduction, made


@verb("matching.introduction_told", rule=rules.may_tell, refusal=EACH_FOR_ITSELF)
def tell(*, by: Actor, outcome: Outcome, came: str, words: str = "", link: links.Link | None = None) -> Outcome:
    """One tap and, if they like, a sentence; it may be said again. Work or contact together means that they met."""
    if came not in Outcome.Came.values:
        raise ValidationError({"came": [_("Please choose one of the list.")]})
    if link is not None:
        links.use(link)
    outcome.came, outcome.words, outcome.said_at = came, prose.line(words)[:WORDS], timezone.now()
    outcome.save(update_fields=["came", "words", "said_at"])
    if came in ("together", "contact"):
        Introduction.objects.filter(pk=outcome.introduction_id, state="connected").update(
            state="met", moved_at=timezone.now()
        )
    return outcome


@verb("matching.introduction_ended", rule=only_machine)
def end(*, by: Actor, introduction: Introduction) -> Introduction:
    """Both have told, or had a month to: settled when they met, faded when nobody ever said so."""
    INTRODUCTION_STEPS.move(
        introduction, "settled" if introduction.state == "met" else "faded", moved_at=timezone.now()
    )
    return introduction
