"""Pages of the tools."""

import sys

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from prometheus_client import REGISTRY as OWN
from prometheus_client import CollectorRegistry, generate_latest, multiprocess

from koinon.kit import design as design_page
from koinon.kit import doors, files, jobs
from koinon.kit.health import gauges, readiness
from koinon.kit.limits import address_of
from koinon.kit.middleware import THEMES
from koinon.kit.models import Upload, Work


def trouble(request: HttpRequest) -> HttpResponse:
    """Something broke: 503 while the database cannot be reached (monitors and people come back), 500 otherwise."""
    is_away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    status = 503 if is_away else 500
    response = HttpResponse(render_to_string(f"{status}.html"), status=status)
    if is_away:
        response["Retry-After"] = "30"
    return response


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next") or request.headers.get("Referer") or "/"
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if is_ours else "/")


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; drawn without the request where nobody knows yet who reads, or it would refuse its site's name again."""
    is_whole = hasattr(request, "me") and not isinstance(exception, DisallowedHost)
    seen = request if is_whole else None
    return HttpResponse(render_to_string("400.html", request=seen), status=400)


@csrf_exempt  # it only sets a cookie; without a token the page can be kept for every visitor
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    response = _back(request)
    chosen = request.POST.get("language", "")
    if check_for_language(chosen) and chosen in dict(settings.LANGUAGES):
        age, same_site = settings.LANGUAGE_COOKIE_AGE, settings.LANGUAGE_COOKIE_SAMESITE
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=age, samesite=same_site)
    return response


@csrf_exempt
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    response = _back(request)
    if (chosen := request.POST.get("theme", "")) in THEMES:
        response.set_cookie("theme", chosen, max_age=settings.LANGUAGE_COOKIE_AGE, samesite="Lax")
    return response


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_GET
def ready(request: HttpRequest) -> HttpResponse:
    """Everything a page needs is there; 503 otherwise, so that a balancer waits."""
    facts = readiness()
    is_ready = all(value == "ok" for value in facts.values())
    return JsonResponse({"status": "ok" if is_ready else "not ready", **facts}, status=200 if is_ready else 503)


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text; with a key for monitors elsewhere, without only from this machine."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    key = settings.KOINON_METRICS_KEY
    came_through_a_proxy = {"X-Forwarded-For", "Forwarded", "Via"} & set(request.headers)
    is_near = not key and not came_through_a_proxy and address_of(request) in ("127.0.0.1", "::1", "local")
    if not (is_near or (key and constant_time_compare(given, key))):
        return HttpResponse(status=404)
    registry = OWN
    if settings.KOINON_METRICS_FOLDER:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
    return HttpResponse(generate_latest(registry).decode() + gauges(), content_type="text/plain; version=0.0.4")


@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /accounts/",
        "Disallow: /desk/",
        "Disallow: /work/",
        "Disallow: /files/",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@require_GET
def design(request: HttpRequest) -> HttpResponse:
    """Every component of the design system, live."""
    return render(request, "kit/design.html", design_page.samples())


@require_GET
def file(request: HttpRequest, key: str) -> HttpResponse:
    return files.serve(doors.fetch(Upload.objects.visible_to(request.me), pk=key))


@require_GET
@doors.members_only
def work(request: HttpRequest, key: str) -> HttpResponse:
    """Progress of long work; the page renews itself, with or without JavaScript."""
    row = doors.fetch(Work.objects.filter(person=request.me.person), pk=key)
    return render(request, "kit/work.html", {"work": row})


@require_POST
@doors.members_only
def cancel(request: HttpRequest, key: str) -> HttpResponse:
    jobs.cancel(doors.fetch(Work.objects.filter(person=request.me.person), pk=key))
    return redirect("kit:work", key)
