"""The first steps of a new member: set by the network, ticked by the member or the coordinator, then it is active."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from koinon.kit.verbs import Actor, only_machine, verb
from koinon.network import notices, rules
from koinon.network.actions import turns
from koinon.network.models import Application, Beginning, FirstStep


@verb("network.onboarding_begun", rule=only_machine)
def begin(*, by: Actor, application: Application) -> Application:
    """Each step of the network is to be done once by this member; without steps it is active at once."""
    wanted = list(FirstStep.objects.filter(network=application.network, is_retired=False))
    Beginning.objects.bulk_create([Beginning(application=application, step=step) for step in wanted])
    if not wanted:
        activate(by=by, application=application)
        return application
    until = turns.within(turns.rules_of(application.network).days_to_begin)
    turns.move(application, "onboarding", turn=_whose(application), until=until)
    return application


@verb("network.member_active", rule=only_machine)
def activate(*, by: Actor, application: Application) -> Application:
    """Everything is done: the application is at its end, the membership goes on."""
    turns.move(application, "active")
    return application


@verb("network.first_step_ticked", rule=rules.may_tick)
def tick(*, by: Actor, beginning: Beginning, is_done: bool = True) -> Beginning:
    """Done, or not done after all (as long as the member is not active); the last tick makes it active."""
    application = beginning.application
    if application.state != "onboarding":
        raise ValidationError(_("This is no longer possible: it has moved on."))
    beginning.done_at = timezone.now() if is_done else None
    beginning.done_by_id = by.person if is_done else None
    beginning.save(update_fields=["done_at", "done_by"])
    whose = _whose(application)
    if not whose:
        activate(by=turns.clerk(by), application=application)
        notices.application_moved(by=by, result=application)
    elif whose != application.turn:
        assert application.due_on is not None
        turns.pass_turn(application, whose, max(application.due_on, turns.within(turns.EARLY)))
    return beginning


def _whose(application: Application) -> str:
    """The member's turn while a step of theirs is open, then the coordinator's; "" when all is done."""
    open_ones = set(application.beginnings.filter(done_at=None).values_list("step__who", flat=True))
    return "applicant" if "member" in open_ones else "network" if open_ones else ""
