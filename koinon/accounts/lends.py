"""What accounts gives to its own seams, and what happens when the sign-in library reports something."""

from collections.abc import Iterable
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, user_signed_up
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts import actions, seams
from koinon.accounts.models import Consent, Notice, Person, Preference, Visibility
from koinon.accounts.queries import actor_of
from koinon.kit import chronicle
from koinon.kit.models import Statement, Upload
from koinon.kit.prepared import Prepared
from koinon.kit.verbs import NOBODY, Actor, machine


@seams.must_have_second_factor.lend()
def operators(me: Actor) -> bool:
    return me.is_operator


@seams.notice_kinds.lend(order=90)
def own_kinds() -> list[tuple[str, Any, str]]:
    return [("accounts.archive", gettext_lazy("My data is ready to download"), "now")]


@seams.first_steps.lend(order=10)
def fill_in_the_profile(me: Actor) -> list[seams.FirstStep]:
    if Person.objects.filter(pk=me.person or NOBODY).exclude(name="").exists():
        return []
    words = _("Your name and the languages you speak: two minutes.")
    return [seams.FirstStep(_("Say who you are"), reverse("accounts:profile"), words)]


@seams.desk_news.lend(order=10)
def what_you_were_told(me: Actor) -> list[seams.NewsItem]:
    return [
        seams.NewsItem(title=row.title, url=row.address, at=row.made_at, text=row.text, is_unread=row.read_at is None)
        for row in _newest_notices(person=me.person)
    ]


_newest_notices: Prepared[Notice] = Prepared(lambda person: Notice.objects.filter(person=person).order_by("-id")[:12])


@seams.data_of.lend(order=10)
def everything(person: Person) -> dict[str, list[dict[str, Any]]]:
    own = ("id", "email", "name", "pronouns", "languages", "language", "zone", "about", "joined_at", "last_login")
    return {
        "person": [{field: getattr(person, field) for field in own}],
        "who_sees_what": _rows(Visibility.objects.filter(person=person).values("field", "sight")),
        "consents": _rows(
            Consent.objects.filter(person=person).values(
                "matter", "version", "language", "text", "given_at", "withdrawn_at"
            )
        ),
        "notice_wishes": _rows(Preference.objects.filter(person=person).values("kind", "pace")),
        "notices": _rows(Notice.objects.filter(person=person).values("kind", "title", "text", "address", "made_at")),
        "addresses": _rows(EmailAddress.objects.filter(user=person).values("email", "verified", "primary")),
        "second_factors": _rows(Authenticator.objects.filter(user=person).values("type", "created_at", "last_used_at")),
        "other_sign_ins": _rows(SocialAccount.objects.filter(user=person).values("provider", "uid", "date_joined")),
        "sessions": _rows(UserSession.objects.filter(user=person).values("created_at", "ip", "user_agent")),
        "files": _rows(Upload.objects.filter(person=person.pk).values("id", "name", "media_type", "size", "alt", "at")),
        "acts": _rows(
            Statement.objects.filter(actor=person.alias).values("verb", "kind", "role", "organisation", "network", "at")
        ),
    }


def _rows(values: Iterable[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in values]


def note_the_factor(request: HttpRequest, user: Person, **_kwargs: Any) -> None:
    """The library added or removed a second factor: the person's row says so without a query per page."""
    actions.remember_factor(by=actor_of(person=user), person=user)


def trust_the_new_factor(request: HttpRequest, user: Person, authenticator: Authenticator, **_kwargs: Any) -> None:
    """Who has just proven a new factor need not prove it again to read the recovery codes that come with it."""
    record_authentication(request, user, method="mfa", type=authenticator.type, reauthenticated=True)


def note_the_newcomer(request: HttpRequest, user: Person, **_kwargs: Any) -> None:
    """The library made an account: one line in the chronicle, as for those who join by a link."""
    chronicle.tell(verb="accounts.joined", actor=user.alias, role="person", kind="accounts.person")


def drop_what_was_not_proven(request: HttpRequest, email_address: EmailAddress, **_kwargs: Any) -> None:
    """A code proved an address nobody had confirmed; who opens the letter of a sign-up instead keeps the password."""
    match = request.resolver_match
    if match and match.view_name == "account_confirm_login_code" and email_address.user.has_usable_password():
        actions.drop_password(by=machine("entrance"), person=email_address.user)


authenticator_added.connect(note_the_factor)
authenticator_added.connect(trust_the_new_factor)
authenticator_removed.connect(note_the_factor)
email_confirmed.connect(drop_what_was_not_proven)
user_signed_up.connect(note_the_newcomer)
