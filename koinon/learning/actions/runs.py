"""Runs: opened, announced, begun and ended by the clock, called off, moved to a newer version; who teaches them."""

import secrets
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts.models import Person
from koinon.kit import jobs, prose
from koinon.kit.forms import conflict
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.learning.actions import places, progress
from koinon.learning.models import RUN_STEPS, Course, Enrolment, Facilitation, Invited, Run, Version
from koinon.learning.notices import teaching as notices
from koinon.learning.rules import runs as rules
from koinon.network.models import Membership, Network, Organisation

NOT_YOURS = gettext_lazy("Only those who teach here may do this.")
NOT_LEAD = gettext_lazy("Only who leads this run, or speaks for its organisation, may do this.")
WHY = 500
AT_ONCE = 30
"""So many learners are computed anew in the page; more of them by a job."""

conflict("run_ends_after_it_starts", "ends_on", gettext_lazy("The last day is before the first one."))
conflict("run_is_not_overfull", "capacity", gettext_lazy("More people than that learn here already."))
conflict("run_capacity_is_sensible", "capacity", gettext_lazy("Between 1 and 5,000 places."))


@verb("learning.run_opened", rule=rules.may_open_run, refusal=gettext_lazy("You do not speak for this organisation."))
def open_run(
    *, by: Actor, course: Course, version: Version, organisation: Organisation, network: Network | None, title: str,
    languages: Sequence[str], starts_on: date, ends_on: date, place: str = "", capacity: int = 30,
    audience: str = "link", asks_first: bool = False, lead: Person | None = None,
) -> Run:  # fmt: skip
    """A draft that only who teaches sees; who opens it leads it, unless somebody else is named."""
    if version.course_id != course.pk or version.state != "published":
        raise ValidationError({"version": [_("Please choose a published version of this course.")]})
    if network is not None and not _is_member(organisation, network):
        raise ValidationError({"network": [_("Your organisation does not belong to this network.")]})
    made = Run.objects.create(
        course=course, version=version, organisation=organisation, network=network, title=_title(title),
        languages=_languages(languages, version), starts_on=starts_on, ends_on=ends_on, capacity=capacity,
        place=prose.line(place)[:200], audience=_audience(audience, network), asks_first=asks_first,
        link_key=secrets.token_urlsafe(18),
    )  # fmt: skip
    leader = lead.pk if lead is not None else by.person
    if leader is not None:
        Facilitation.objects.create(run=made, person_id=leader, is_lead=True)
    return made


@verb("learning.run_changed", rule=rules.may_teach, refusal=NOT_YOURS, then=notices.changed)
def change(
    *, by: Actor, run: Run, title: str, languages: Sequence[str], starts_on: date, ends_on: date, place: str,
    capacity: int, audience: str, asks_first: bool,
) -> Run:  # fmt: skip
    """Other days, another place, more or fewer places; learners hear of days and place. Freed places are given on."""
    held = Run.objects.select_for_update().get(pk=run.pk)
    if held.state in ("ended", "cancelled"):
        raise ValidationError(_("This is no longer possible: it has moved on."))
    before = (held.starts_on, held.ends_on, held.place)
    facts = {
        "title": _title(title), "languages": _languages(languages, held.version), "starts_on": starts_on,
        "ends_on": ends_on, "place": prose.line(place)[:200], "capacity": capacity, "asks_first": asks_first,
        "audience": _audience(audience, held.network),
    }  # fmt: skip
    Run.objects.filter(pk=held.pk).update(**facts)
    held.refresh_from_db()
    Invited.objects.filter(run=held, state="open").update(until=ends_on)
    places.fill(held)
    held.is_told = held.state != "draft" and before != (held.starts_on, held.ends_on, held.place)  # type: ignore[attr-defined]
    return held


@verb("learning.run_announced", rule=rules.may_teach, refusal=NOT_YOURS)
def announce(*, by: Actor, run: Run) -> Run:
    """From now on people may enrol."""
    if run.ends_on < date.today():
        raise ValidationError(_("Its last day has passed. Please set other days first."))
    RUN_STEPS.move(run, "open", moved_at=timezone.now())
    return run


@verb("learning.run_started", rule=rules.may_teach, refusal=NOT_YOURS)
def start(*, by: Actor, run: Run) -> Run:
    """It runs: by the clock on its first day, or earlier by who teaches."""
    RUN_STEPS.move(run, "running", moved_at=timezone.now())
    return run


@verb("learning.run_ended", rule=rules.may_teach, refusal=NOT_YOURS, then=notices.ended)
def end(*, by: Actor, run: Run) -> Run:
    """Over: by the clock the day after its last one, or by who teaches. Nobody waits for a place any more."""
    RUN_STEPS.move(run, "ended", moved_at=timezone.now())
    _let_go(run, _("The run has ended."))
    return run


@verb("learning.run_reopened", rule=rules.may_lead, refusal=NOT_LEAD)
def reopen(*, by: Actor, run: Run, ends_on: date) -> Run:
    """More time after all, until a new last day."""
    if ends_on < date.today():
        raise ValidationError({"ends_on": [_("Please give a day that is still to come.")]})
    RUN_STEPS.move(run, "running", moved_at=timezone.now(), ends_on=ends_on)
    return run


@verb("learning.run_cancelled", rule=rules.may_lead, refusal=NOT_LEAD, then=notices.cancelled)
def cancel(*, by: Actor, run: Run, why: str) -> Run:
    """Called off, with a sentence that everybody who learns or waits is told. What they did stays theirs."""
    said = prose.line(why)[:WHY]
    if not said:
        raise ValidationError({"why": [_("Please write a few words.")]})
    RUN_STEPS.move(run, "cancelled", moved_at=timezone.now(), why=said)
    run.told = _let_go(run, said)  # type: ignore[attr-defined]
    return run


@verb("learning.run_link_changed", rule=rules.may_teach, refusal=NOT_YOURS)
def new_link(*, by: Actor, run: Run) -> Run:
    """A new link to enrol; the old one opens nothing from now on."""
    run.link_key = secrets.token_urlsafe(18)
    run.save(update_fields=["link_key"])
    return run


@verb("learning.run_moved", rule=rules.may_lead, refusal=NOT_LEAD, then=notices.moved_on)
def move_to(*, by: Actor, run: Run, version: Version) -> Run:
    """A newer version for everybody in the run; all outcomes are computed anew from what people did."""
    is_newer = version.course_id == run.course_id and version.number > run.version.number
    if not is_newer or version.state != "published":
        raise ValidationError({"version": [_("Please choose a published version that is newer.")]})
    if not Run.objects.filter(pk=run.pk, version=run.version).update(version=version):
        raise ValidationError(_("Somebody else was quicker: please look again."))
    run.version = version
    learning = Enrolment.objects.filter(run=run).learning().order_by("pk")
    if learning.count() > AT_ONCE:
        jobs.later(compute_anew, run=str(run.pk))
    else:
        for enrolment in learning:
            compute(by=_clerk(), enrolment=enrolment)
    return run


@verb("learning.outcomes_computed", rule=only_machine)
def compute(*, by: Actor, enrolment: Enrolment) -> Enrolment:
    """One learner's outcomes, from all that happened."""
    held = Enrolment.objects.select_for_update().select_related("run__version").get(pk=enrolment.pk)
    progress.recompute(held)
    return held


@jobs.task("learning.compute_anew")
def compute_anew(run: str) -> None:
    """Everybody in a run, one after the other; doing it twice gives the same."""
    for enrolment in Enrolment.objects.filter(run=UUID(run)).learning().order_by("pk").iterator(chunk_size=200):
        compute(by=_clerk(), enrolment=enrolment)


@verb("learning.facilitator_added", rule=rules.may_lead, refusal=NOT_LEAD, then=notices.facilitator_added)
def add_facilitator(*, by: Actor, run: Run, person: Person) -> Facilitation:
    """Somebody more teaches; the first one leads. Whoever learns in the run cannot teach it as well."""
    if Enrolment.objects.filter(run=run, person=person).learning().exists():
        raise ValidationError(_("This person learns here, so they cannot teach here as well."))
    leads = not run.facilitations.filter(is_lead=True).exists()
    made, _new = Facilitation.objects.get_or_create(run=run, person=person, defaults={"is_lead": leads})
    return made


@verb("learning.facilitator_left", rule=rules.may_let_go, refusal=NOT_LEAD, then=notices.facilitator_left)
def remove_facilitator(*, by: Actor, facilitation: Facilitation) -> Run:
    """Somebody teaches no more. What waited for them waits for the others; with nobody left, for the organisation."""
    run = facilitation.run
    Run.objects.select_for_update().get(pk=run.pk)
    run.gone = facilitation.person  # type: ignore[attr-defined]
    Facilitation.objects.filter(pk=facilitation.pk).delete()
    heir = run.facilitations.order_by("-is_lead", "since", "pk").first()
    if heir is not None and not heir.is_lead:
        Facilitation.objects.filter(pk=heir.pk).update(is_lead=True)
    return run


@verb("learning.run_led", rule=rules.may_lead, refusal=NOT_LEAD)
def hand_lead(*, by: Actor, run: Run, facilitation: Facilitation) -> Run:
    """Another facilitator leads from now on."""
    Facilitation.objects.filter(run=run).update(is_lead=False)
    Facilitation.objects.filter(run=run, pk=facilitation.pk).update(is_lead=True)
    return run


def _let_go(run: Run, why: str) -> list[Person]:
    """Whoever waited or asked waits no more, open invitations lapse; gives everybody who was concerned."""
    concerned = Enrolment.objects.filter(run=run, state__in=["asked", "waiting", "enrolled", "finished"])
    people = [row.person for row in concerned.select_related("person").order_by("pk")]
    waiting = concerned.filter(state__in=["asked", "waiting"])
    waiting.update(state="withdrawn", why=why[:WHY], moved_at=timezone.now(), due_on=None)
    Invited.objects.filter(run=run, state="open").update(state="lapsed")
    return people


def _clerk() -> Actor:
    return Actor(role="clock", is_machine=True)


def _is_member(organisation: Organisation, network: Network) -> bool:
    return Membership.objects.active().filter(organisation=organisation, network=network).exists()


def _title(said: str) -> str:
    title = prose.line(said)[:200]
    if not title:
        raise ValidationError({"title": [_("Please write a few words.")]})
    return title


def _languages(said: Sequence[str], version: Version) -> list[str]:
    """Those in which the version exists, in the order of the version; at least one."""
    known = version.languages or [version.language]
    chosen = [language for language in known if language in said]
    if not chosen:
        raise ValidationError({"languages": [_("Please choose at least one language of the course.")]})
    return chosen


def _audience(said: str, network: Network | None) -> str:
    if said not in Run.Audience.values:
        raise ValidationError({"audience": [_("Please choose one of the list.")]})
    if said == "network" and network is None:
        raise ValidationError({"audience": [_("This run belongs to no network, so it cannot be for its members.")]})
    return said
