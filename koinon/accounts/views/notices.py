"""Which notices I get, and stopping them by one tap without signing in."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from koinon.accounts import actions, forms, queries
from koinon.accounts.models import Person
from koinon.accounts.notices import DIGEST
from koinon.accounts.views.profile import tabs
from koinon.kit import doors, links, words

LIFE = timedelta(days=400)


@require_http_methods(["GET", "POST"])
@doors.members_only
def notices(request: HttpRequest) -> HttpResponse:
    form = forms.Paces(request.POST or None, person=request.user)
    if request.method == "POST" and form.does(actions.choose_paces, by=request.me, person=request.user):
        messages.success(request, words.SAVED)
        return redirect("accounts:notices")
    return render(request, "accounts/notices.html", {"form": form, "tabs": tabs("notices")})


@csrf_exempt  # RFC 8058: the reader's mail provider sends this POST, without cookies; the signed link is the proof
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Says what it will stop; the button stops it; a second one brings it back."""
    try:
        link = links.read("accounts.unsubscribe", token, life=LIFE)
    except links.Broken as problem:
        return render(request, "accounts/unsubscribe.html", {"problem": str(problem)}, status=400)
    person = doors.fetch(Person.objects.filter(is_active=True), pk=link.facts["person"])
    kind, is_undo = link.facts["kind"], request.POST.get("undo") == "1"
    if request.method == "POST":
        verb = actions.subscribe if is_undo else actions.unsubscribe
        verb(by=queries.actor_of(person=person), person=person, kind=kind)
    title = _("Digests") if kind == DIGEST else queries.kinds().get(kind, (kind, ""))[0]
    facts = {"title": title, "person": person, "is_done": request.method == "POST", "is_undo": is_undo}
    return render(request, "accounts/unsubscribe.html", facts)
