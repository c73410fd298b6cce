"""Who acts, in which language and time zone, and whether a second factor is missing."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from koinon.accounts import actions, seams
from koinon.accounts.queries import actor_of
from koinon.kit.verbs import VISITOR, Actor

Next = Callable[[HttpRequest], HttpResponse]
OPEN_APPS = {"kit", "demo"}
OPEN_VIEWS = {
    "account_logout",
    "account_reauthenticate",
    "account_email",
    "account_inactive",
    "account_confirm_email",
    "accounts:security",
    "accounts:unsubscribe",
    "accounts:end_session",
    "accounts:sessions",
}
CARD_APPS = {"kit", "learning"}
CARD_VIEWS = {"account_logout"}
CARD_HOME = "/learn/"


def who(get_response: Next) -> Next:
    """Puts `request.me` on each request: found once and only if asked; from then on it is the actor itself."""

    def middleware(request: HttpRequest) -> HttpResponse:
        def find() -> Actor:
            found = actor_of(person=request.user) if request.user.is_authenticated else VISITOR
            request.me = found  # type: ignore[attr-defined]
            return found

        request.me = SimpleLazyObject(find)  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def at_home(get_response: Next) -> Next:
    """Signed-in people read in their language and time zone; a language they click is kept for their letters, too."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            timezone.deactivate()
            return get_response(request)
        person = request.user
        timezone.activate(person.zone)
        is_unsaid = settings.LANGUAGE_COOKIE_NAME not in request.COOKIES
        if is_unsaid:
            translation.activate(person.language)
            request.LANGUAGE_CODE = person.language
        response = get_response(request)
        _keep_language(request, response)
        return response

    return middleware


def second_factor(get_response: Next) -> Next:
    """Coordinators and operators set up a second factor first; demo accounts, which have one click, are spared."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        match = request.resolver_match
        name = match.view_name if match else ""
        is_open = name in OPEN_VIEWS or name.startswith("mfa_") or bool(match and match.app_name in OPEN_APPS)
        if is_open or settings.SESSION_COOKIE_NAME not in request.COOKIES or not is_missing_factor(request):
            return None
        messages.warning(request, _("Your role needs a second factor. Please set one up now; it takes two minutes."))
        return redirect("mfa_index")

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def only_learning(get_response: Next) -> Next:
    """Who came with a card, on a phone that others share, sees pages of learning and no others."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        match = request.resolver_match
        is_open = match is None or match.app_name in CARD_APPS or match.view_name in CARD_VIEWS
        if is_open or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        is_card = request.user.is_authenticated and request.user.is_assisted
        return redirect(CARD_HOME) if is_card else None

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def is_missing_factor(request: HttpRequest) -> bool:
    """Whether this person must have a second factor and has none. No query beyond those for `request.me`."""
    person = request.user
    if not person.is_authenticated or person.has_second_factor:
        return False
    if settings.KOINON_DEMO and person.is_demo:
        return False
    me: Actor = request.me  # type: ignore[attr-defined]
    return any(lender(me) for lender in seams.must_have_second_factor)


def _keep_language(request: HttpRequest, response: HttpResponse) -> None:
    """After a click on a language; or the first page of a session, so that pages and letters agree."""
    chosen = response.cookies.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen and request.user.is_authenticated and chosen.value != request.user.language:
        me: Actor = request.me  # type: ignore[attr-defined]
        actions.choose_language(by=me, person=request.user, language=chosen.value)
