"""Agreeing to sit in a jury or to supervise a team, by the link of a letter, with an account before or without."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from koinon.accounts import entrance
from koinon.kit import links
from koinon.kit.addresses import to
from koinon.kit.forms import Button
from koinon.projects.actions import asking as actions
from koinon.projects.models import Call, Project

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
def asked(request: HttpRequest, token: str) -> HttpResponse:
    """Says what agreeing will do, before it does it."""
    try:
        link = links.read(actions.PURPOSE, token, life=actions.LIFE)
        row, action, name = _asked(link)
        form = Button(request.POST if request.method == "POST" else None)
        facts = {"by": request.me, name: row, "email": link.facts["email"], "link": link}
        if request.method == "POST" and form.does(action, **facts):
            messages.success(request, _("Thank you. Whatever waits for you stands here and on your desk."))
            after = to("projects:judging", row.slug) if name == "call" else to("projects:project", row.slug)
            return entrance.let_in(request, form.result[1], after=after)
    except links.Broken as problem:
        return render(request, "projects/invitation_over.html", {"problem": problem}, status=410)
    return render(request, "projects/asked.html", {"form": form, "row": row, "is_jury": name == "call"})


def _asked(link: links.Link) -> tuple[Any, Any, str]:
    """(the call or project, the verb, what the verb calls it)"""
    is_jury = "call" in link.facts
    model: Any = Call if is_jury else Project
    row = model.objects.select_related("network").filter(pk=link.facts["call" if is_jury else "project"]).first()
    if row is None:
        raise links.Broken(_("This invitation does not hold any more. Please ask for a new one."))
    return (row, actions.judge, "call") if is_jury else (row, actions.supervise, "project")
