"""The one way in: apps above that proved somebody's address by a signed link hand the person over here."""

from datetime import timedelta

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from koinon.accounts.models import Person


def let_in(request: HttpRequest, person: Person, *, after: str = "", is_new: bool = False) -> HttpResponse:
    """Sign a person in and go to `after` (a path here; default: the desk); a second factor is asked if there is one.

    Call it only when the address of the person was proven in this very request.
    """
    target = safe(request, after) or reverse("accounts:welcome" if is_new else "accounts:desk")
    if request.user.is_authenticated and request.user.pk == person.pk:
        return redirect(target)
    record_authentication(request, person, method="link", email=person.email)
    response: HttpResponse = perform_login(request, Login(user=person, email=person.email, redirect_url=target))
    return response


CARD_SESSION = timedelta(hours=2)


def let_in_by_card(request: HttpRequest, person: Person) -> None:
    """Begin a short session of somebody without e-mail, whose card was checked in this very request.

    It ends after two hours, and with the card. Never for somebody who has an address.
    """
    if not person.is_assisted or not person.is_active:
        raise PermissionError("cards open only accounts without an e-mail address")
    login(request, person, backend="koinon.accounts.adapter.Backend")
    request.session.set_expiry(CARD_SESSION)


def safe(request: HttpRequest, address: str) -> str:
    """The address if it is one of this site, else ""."""
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if address and is_ours else ""
