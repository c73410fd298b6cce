"""Who acts: turns the signed-in person into an Actor with the roles held today, once per request and only if asked."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from koinon.accounts.queries import actor_of
from koinon.kit.verbs import VISITOR, Actor


def who(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Puts `request.me` on each request."""

    def middleware(request: HttpRequest) -> HttpResponse:
        def find() -> Actor:
            return actor_of(person=request.user) if request.user.is_authenticated else VISITOR

        request.me = SimpleLazyObject(find)
        return get_response(request)

    return middleware
