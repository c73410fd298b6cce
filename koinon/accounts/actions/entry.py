"""Coming in: joining, one-tap links, the organisation acted for, sessions, the demo's one click."""

from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts import notices, rules
from koinon.accounts.models import Person
from koinon.kit import jobs, links
from koinon.kit.verbs import NOBODY, Actor, Refused, anyone, machine, verb


@verb("accounts.joined", rule=anyone)
def join(*, by: Actor, email: str, language: str, name: str = "") -> Person:
    """Find or make the person of an address that a signed link has just proven."""
    address = email.strip().lower()
    validate_email(address)
    person = Person.objects.filter(email__iexact=address).first()
    if person is None:
        try:
            with transaction.atomic():
                person = Person.objects.create_user(address, language=language, name=name.strip()[:120])
        except IntegrityError:
            person = Person.objects.get(email__iexact=address)
    if not person.is_active:
        raise Refused(_("This account is closed."))
    _prove(person)
    return person


@verb("accounts.link_asked", rule=anyone)
def ask_link(*, by: Actor, email: str, language: str, after: str = "") -> None:
    """Queue a letter with a one-tap link; known and unknown addresses take the same steps, so nobody can tell."""
    jobs.later(send_link, email=email.strip().lower(), language=language, after=after)


@jobs.task("accounts.send_link", queue_name="mail")
def send_link(email: str, language: str, after: str = "") -> None:
    """Write the letter: for an account its way in, for an unknown address the way to a new account."""
    person = Person.objects.filter(email__iexact=email).first()
    if person is not None and not person.is_active:
        return
    notices.send_entrance(email=email, language=person.language if person else language, person=person, after=after)


@verb("accounts.entered_by_link", rule=anyone)
def enter_by_link(*, by: Actor, link: links.Link) -> Person:
    """Use up a sign-in link. Raises links.Broken when it was used, or when the address has changed since."""
    links.use(link)
    person = Person.objects.filter(pk=link.facts["person"], is_active=True, email__iexact=link.facts["email"]).first()
    if person is None:
        raise links.Broken(_("This link has expired. Ask for a new one."))
    _prove(person)
    return person


@verb("accounts.entered_demo", rule=rules.may_enter_demo)
def enter_demo(*, by: Actor, person: Person) -> Person:
    """One click on a demo site; the rule says no on any other."""
    _prove(person)
    return person


@verb("accounts.acted_for", rule=rules.may_act_for, refusal=gettext_lazy("You have no mandate for this organisation."))
def act_for(*, by: Actor, organisation: UUID | None) -> None:
    """From now on what this person does is done for that organisation."""
    Person.objects.filter(pk=by.person or NOBODY).update(acting_for=organisation)


@verb("accounts.session_ended", rule=rules.may_end)
def end_session(*, by: Actor, session: UserSession) -> None:
    """Sign out one device."""
    session.end()


@verb("accounts.other_sessions_ended", rule=rules.may_change)
def end_other_sessions(*, by: Actor, person: Person, keep: str) -> None:
    """Sign out every device but the one whose session key is `keep`."""
    for session in UserSession.objects.filter(user=person).exclude(session_key=keep):
        session.end()


@verb("accounts.factor_changed", rule=rules.may_change)
def remember_factor(*, by: Actor, person: Person) -> None:
    """Note on the person whether a second factor is set up, so that no page has to ask for it."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    has = Authenticator.objects.filter(user=person, type__in=kinds).exists()
    Person.objects.filter(pk=person.pk).update(has_second_factor=has)


@verb("accounts.password_dropped", rule=rules.may_change)
def drop_password(*, by: Actor, person: Person) -> None:
    """Whoever chose it never proved the address: somebody else may have signed up with it and now wait to come in."""
    person.set_unusable_password()
    person.save(update_fields=["password"])


def _prove(person: Person) -> None:
    """The address is the person's: whoever opened the link reads its mail. See `drop_password` for what goes."""
    EmailAddress.objects.filter(user=person).exclude(email__iexact=person.email).update(primary=False)
    row, made = EmailAddress.objects.get_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
    if not made and not row.verified and person.has_usable_password():
        drop_password(by=machine("entrance"), person=person)
    if not made and not (row.verified and row.primary):
        EmailAddress.objects.filter(pk=row.pk).update(verified=True, primary=True)
