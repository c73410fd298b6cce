"""The switch between two origins: under the host of KOINON_PLAY_URL only packages play, and they play nowhere else."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import translation

from koinon.kit.middleware import is_readable

ADDRESSES = "koinon.learning.urls.play"
PLAYER = "learning/player/"
Next = Callable[[HttpRequest], HttpResponseBase]


def second_origin(get_response: Next) -> Next:
    """Answer the second host here, before anything reads a cookie; whatever it is, none is ever set there."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not is_second(request):
            return get_response(request)
        request.COOKIES, request.META["HTTP_COOKIE"] = {}, ""
        is_player = request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/{PLAYER}")
        answer = get_response(request) if is_player else _answer(request)
        if is_player and answer.status_code == 404:
            answer = _nothing()
        answer.cookies.clear()
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Referrer-Policy"] = "same-origin"
        answer["Cross-Origin-Resource-Policy"] = "same-origin"
        answer.headers.setdefault("Cache-Control", "private, no-store")
        answer.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
        return answer

    return middleware


def is_second(request: HttpRequest) -> bool:
    """Whether the address asked for is the one of packages."""
    play, home = urlsplit(settings.KOINON_PLAY_URL), urlsplit(settings.KOINON_URL)
    asked = urlsplit(f"//{request.META.get('HTTP_HOST', '')}")
    if play.hostname and play.hostname == home.hostname:
        return play.netloc == asked.netloc
    return bool(play.hostname) and play.hostname == asked.hostname


def _answer(request: HttpRequest) -> HttpResponseBase:
    if not is_readable(request):
        return _nothing()
    try:
        found = resolve(request.path_info, urlconf=ADDRESSES)
        request.resolver_match = found
        with translation.override(translation.get_language_from_request(request)):
            answer: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
            return answer
    except (Http404, Resolver404):
        return _nothing()


def _nothing() -> HttpResponse:
    return HttpResponse("Not found", status=404, content_type="text/plain")
