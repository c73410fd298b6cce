"""My data: take it with me, be forgotten; my sign-in: overview, sessions."""

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.accounts import actions, forms, middleware, queries
from koinon.accounts.views.profile import tabs
from koinon.kit import doors, files
from koinon.kit.models import Upload, Work


@require_GET
@doors.members_only
def security(request: HttpRequest) -> HttpResponse:
    """All ways in, on one page."""
    factors = Authenticator.objects.filter(user=request.user).values_list("type", flat=True)
    facts = {
        "tabs": tabs("security"),
        "factors": list(factors),
        "sessions": queries.sessions_of(request.user).count(),
        "email": EmailAddress.objects.get_primary(request.user) or request.user,
        "has_password": request.user.has_usable_password(),
        "is_missing": middleware.is_missing_factor(request),
    }
    return render(request, "accounts/security.html", facts)


@require_http_methods(["GET", "POST"])
@doors.members_only
def sessions(request: HttpRequest) -> HttpResponse:
    """Where I am signed in; a button ends all but this one."""
    if request.method == "POST":
        actions.end_other_sessions(by=request.me, person=request.user, keep=request.session.session_key)
        messages.success(request, _("You are signed out everywhere else."))
        return redirect("accounts:sessions")
    rows = list(queries.sessions_of(request.user))
    return render(request, "accounts/sessions.html", {"sessions": rows, "here": request.session.session_key})


@require_POST
@doors.members_only
def end_session(request: HttpRequest, key: int) -> HttpResponse:
    session = doors.fetch(UserSession.objects.filter(user=request.user), pk=key)
    actions.end_session(by=request.me, session=session)
    messages.success(request, _("That device is signed out."))
    return redirect("accounts:sessions")


@require_GET
@doors.members_only
def data(request: HttpRequest) -> HttpResponse:
    """What is kept, the archive under way or ready, and the way out."""
    archive = Upload.objects.filter(person=request.user.pk, scope=None, media_type=files.ARCHIVE).first()
    work = Work.objects.filter(person=request.user.pk, task="accounts.gather").first()
    facts = {"tabs": tabs("data"), "archive": archive, "work": work if work and not work.is_over else None}
    facts["has_failed"] = bool(work and work.state == Work.State.FAILED)
    return render(request, "accounts/data.html", facts)


@require_POST
@doors.members_only
def gather(request: HttpRequest) -> HttpResponse:
    actions.gather_data(by=request.me, person=request.user)
    messages.success(
        request, _("We are gathering your data. You get a letter when it is ready; closing this page loses nothing.")
    )
    return redirect("accounts:data")


@never_cache
@require_http_methods(["GET", "POST"])
@doors.members_only
@reauthentication_required
def forget(request: HttpRequest) -> HttpResponse:
    """What goes and what stays, in plain words; a box to tick; done."""
    form = forms.Forget(request.POST or None)
    if request.method == "POST" and form.does(actions.forget, by=request.me, person=request.user):
        logout(request)
        return render(request, "accounts/forgotten.html")
    return render(request, "accounts/forget.html", {"form": form})
