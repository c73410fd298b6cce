"""Demo mode only: sign in by one click, read the mail that was sent. These addresses do not exist on other sites."""

from dataclasses import replace
from functools import wraps
from pathlib import Path
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.accounts import actions, entrance, forms, seams
from koinon.accounts.models import Person
from koinon.kit import doors, mailbox
from koinon.kit.verbs import Refused

OTHERS = 200
"""People of the demo who stand in no group and may be become all the same: a cascade alone has a hundred."""


def demo_only(view: Any) -> Any:
    """Asked again at the door, whatever the addresses say."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.KOINON_DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@never_cache
@require_http_methods(["GET", "POST"])
@demo_only
def people(request: HttpRequest) -> HttpResponse:
    """Demo persons by network with their roles; a click signs in."""
    if request.method == "POST":
        return _enter(request)
    groups = _joined([group for lent in seams.demo_people.gather() for group in lent])
    known = {row.person for group in groups for row in group.people}
    rest = Person.objects.filter(is_demo=True, is_active=True).exclude(pk__in=known).order_by("pk")[:OTHERS]
    return render(request, "accounts/demo/people.html", {"groups": groups, "rest": rest})


def _joined(groups: list[seams.DemoGroup]) -> list[seams.DemoGroup]:
    """Those with one title become one, so that every chapter adds to the few to begin with; these stand first."""
    found: dict[str, seams.DemoGroup] = {}
    for group in sorted(groups, key=lambda group: not group.is_first):
        people = (*found[group.title].people, *group.people) if group.title in found else group.people
        found[group.title] = replace(found.get(group.title, group), people=people)
    return list(found.values())


@never_cache
@require_GET
@demo_only
def letters(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/demo/mailbox.html", {"letters": mailbox.letters(_folder())})


@never_cache
@require_GET
@demo_only
def letter(request: HttpRequest, name: str) -> HttpResponse:
    context = {"letter": _found(name), "form": forms.AnswerLetter()}
    return render(request, "accounts/demo/letter.html", context)


@never_cache
@require_POST
@demo_only
def answer(request: HttpRequest, name: str) -> HttpResponse:
    """Answer a letter of the mailbox, as a mail program would."""
    found = _found(name)
    form = forms.AnswerLetter(request.POST)
    if form.is_valid() and found.reply_to:
        try:
            mailbox.answer(found, form.cleaned_data["text"], settings.KOINON_INBOX_LISTEN)
        except (OSError, SMTPException):
            form.add_error(None, _("The mail server does not answer at the moment. Please try again in a minute."))
        else:
            messages.success(request, _("Sent by e-mail. It arrives within a few seconds."))
            return redirect("demo:letter", name)
    return render(request, "accounts/demo/letter.html", {"letter": found, "form": form})


@never_cache
@require_GET
@demo_only
def letter_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML version alone, in a sandbox of its own: no scripts, no forms, nothing loaded from elsewhere."""
    response = HttpResponse(_found(name).html)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; "
        "sandbox allow-popups allow-top-navigation-by-user-activation"
    )
    return response


def _enter(request: HttpRequest) -> HttpResponse:
    form = forms.Become(request.POST)
    if not form.is_valid():
        raise Http404
    person = doors.fetch(Person.objects.filter(is_demo=True, is_active=True), pk=form.cleaned_data["person"])
    try:
        actions.enter_demo(by=request.me, person=person)
    except Refused as refusal:
        raise Http404 from refusal
    return entrance.let_in(request, person, after=request.POST.get("next", ""))


def _found(name: str) -> mailbox.Letter:
    found = mailbox.letter(_folder(), name)
    if found is None:
        raise Http404
    return found


def _folder() -> Path:
    return Path(settings.KOINON_DATA) / "mail"
