"""Who I am here: profile, who sees what, what I agreed to, which notices I get; and the page others see."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.accounts import actions, forms, queries
from koinon.accounts.models import Person
from koinon.accounts.notices.agreements import MATTERS
from koinon.kit import doors, files, words
from koinon.kit.vocabularies import countries


@require_http_methods(["GET", "POST"])
@doors.members_only
def profile(request: HttpRequest) -> HttpResponse:
    form = forms.Profile(request.POST or None, request.FILES or None, person=request.user)
    if request.method == "POST" and form.does(actions.change_profile, by=request.me, person=request.user):
        messages.success(request, words.SAVED)
        response = redirect("accounts:profile")
        response.set_cookie("language", form.cleaned_data["language"], max_age=365 * 24 * 3600, samesite="Lax")
        return response
    return render(request, "accounts/profile.html", {"form": form, "tabs": tabs("profile")})


@require_http_methods(["GET", "POST"])
@doors.members_only
def sights(request: HttpRequest) -> HttpResponse:
    form = forms.Sights(request.POST or None, person=request.user)
    if request.method == "POST" and form.does(actions.show_to, by=request.me, person=request.user):
        messages.success(request, words.SAVED)
        return redirect("accounts:sights")
    return render(request, "accounts/sights.html", {"form": form, "tabs": tabs("sights")})


@require_GET
@doors.members_only
def consents(request: HttpRequest) -> HttpResponse:
    """Each matter in its present words, and what was agreed to before."""
    rows = list(request.user.consents.all())
    running = {row.matter: row for row in rows if row.withdrawn_at is None}
    matters = [(matter, running.get(matter.key)) for matter in MATTERS.values()]
    past = [(row, MATTERS.get(row.matter)) for row in rows if row.withdrawn_at is not None]
    return render(request, "accounts/consents.html", {"matters": matters, "past": past, "tabs": tabs("consents")})


@require_POST
@doors.members_only
def agree(request: HttpRequest, matter: str) -> HttpResponse:
    if matter not in MATTERS:
        raise Http404
    actions.agree(by=request.me, person=request.user, matter=matter, language=get_language())
    messages.success(request, _("Kept: you agreed to this today. You can withdraw it here at any time."))
    return redirect("accounts:consents")


@require_POST
@doors.members_only
def withdraw(request: HttpRequest, matter: str) -> HttpResponse:
    if matter not in MATTERS:
        raise Http404
    actions.withdraw(by=request.me, person=request.user, matter=matter)
    messages.success(request, _("Withdrawn. From now on this no longer holds."))
    return redirect("accounts:consents")


@require_GET
def person(request: HttpRequest, key: str) -> HttpResponse:
    """Somebody as this reader may see them; nothing to see is the same as nobody there."""
    somebody = doors.fetch(Person.objects.filter(is_active=True).select_related("photo"), pk=key)
    seen = queries.profile_for(me=request.me, person=somebody)
    if seen is None:
        raise Http404
    facts = {
        "seen": seen,
        "somebody": somebody,
        "is_me": request.me.person == somebody.pk,
        "is_listed": queries.is_listed_in_public(somebody),
        "spoken": [countries.language_name(code, get_language()) for code in seen.get("languages", [])],
    }
    return render(request, "accounts/person.html", facts)


@require_GET
def photo(request: HttpRequest, key: str) -> HttpResponse:
    """The photo by the same rule as the page."""
    somebody = doors.fetch(Person.objects.filter(is_active=True).select_related("photo"), pk=key)
    seen = queries.profile_for(me=request.me, person=somebody) or {}
    if not seen.get("photo"):
        raise Http404
    return files.serve(somebody.photo)


def tabs(current: str) -> list[dict[str, object]]:
    """Parts of the account, as a row of links."""
    rows = (
        ("profile", _("Profile")),
        ("sights", _("Who sees what")),
        ("consents", _("What I agreed to")),
        ("notices", _("Notices")),
        ("calendar", _("Calendar")),
        ("security", _("Sign-in and security")),
        ("data", _("My data")),
    )
    return [{"url": reverse(f"accounts:{name}"), "label": label, "current": name == current} for name, label in rows]
