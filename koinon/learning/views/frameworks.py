"""Frameworks of competences: those that are here, one of them, one more from a sheet."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from koinon.kit import doors
from koinon.learning.actions import competences as actions
from koinon.learning.forms.competences import Bring
from koinon.learning.queries import frameworks as asked
from koinon.learning.queries.homes import owners
from koinon.network.queries import speaking_for

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
@doors.members_only
def frameworks(request: HttpRequest) -> HttpResponse:
    """Those that everybody may use, and those of organisations of mine."""
    context = {"rows": asked.listed(request.me), "may_bring": bool(owners(request.me))}
    return render(request, "learning/frameworks.html", context)


@require_GET
@doors.members_only
def framework(request: HttpRequest, key: str) -> HttpResponse:
    """One framework with all its competences and the courses that lead to them."""
    row = doors.fetch(asked.visible(request.me), pk=key)
    context = {"row": row, "competences": asked.competences(row, request.me), "language": request.me.language}
    return render(request, "learning/framework.html", context)


@read_or_write
@doors.members_only
def framework_new(request: HttpRequest) -> HttpResponse:
    """From a CSV file: uri, code, parent, and a name for each language."""
    mine = owners(request.me)
    doors.permitted(request.user, bool(mine))
    form = Bring(request.POST or None, request.FILES or None, owners=mine)
    owner = form.cleaned_data.get("organisation") if form.is_valid() else None
    if owner and form.does(actions.keep, by=speaking_for(request.me, owner)):
        messages.success(request, _("Brought in. Parts of your courses can point to it now."))
        return redirect("learning:framework", form.result.pk)
    return render(request, "learning/framework_new.html", {"form": form})
