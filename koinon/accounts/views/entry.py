"""Coming in: one-tap links and where newcomers land."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from koinon.accounts import actions, entrance, forms, seams
from koinon.accounts.models import Person
from koinon.kit import doors, links
from koinon.kit.limits import limited, spend

LINK_LIFE = timedelta(minutes=30)
JOIN_LIFE = timedelta(days=1)


@never_cache
@require_http_methods(["GET", "POST"])
@limited("accounts.link", times=20, per=timedelta(minutes=10))
def ask_link(request: HttpRequest) -> HttpResponse:
    """Ask for a one-tap link by e-mail. The answer is the same whether there is an account or not."""
    form = forms.AskLink(request.POST or None)
    after = entrance.safe(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if spend(f"accounts.link.to:{email.lower()}", times=5, per=timedelta(hours=1)):
            actions.ask_link(by=request.me, email=email, language=get_language(), after=after)
        return render(request, "accounts/link_sent.html", {"email": email})
    return render(request, "accounts/ask_link.html", {"form": form, "next": after})


@never_cache
@require_http_methods(["GET", "POST"])
@limited("accounts.enter", times=30, per=timedelta(minutes=10))
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """What the link will do; the button does it. Opening the page alone (as scanners of mail do) changes nothing."""
    try:
        link = links.read("accounts.sign_in", token, life=LINK_LIFE)
        if request.method == "POST":
            person = actions.enter_by_link(by=request.me, link=link)
            return entrance.let_in(request, person, after=link.facts.get("after", ""))
    except links.Broken as problem:
        return _broken(request, problem)
    person = Person.objects.filter(pk=link.facts["person"], is_active=True).first()
    return render(request, "accounts/sign_in.html", {"email": link.facts["email"], "person": person})


@never_cache
@require_http_methods(["GET", "POST"])
@limited("accounts.enter", times=30, per=timedelta(minutes=10))
def join(request: HttpRequest, token: str) -> HttpResponse:
    """A new account for an address that the link proves; no password needed."""
    try:
        link = links.read("accounts.join", token, life=JOIN_LIFE)
        if request.method == "POST":
            links.use(link)
            person = actions.join(by=request.me, email=link.facts["email"], language=get_language())
            return entrance.let_in(request, person, after=link.facts.get("after", ""), is_new=True)
    except links.Broken as problem:
        return _broken(request, problem)
    return render(request, "accounts/join.html", {"email": link.facts["email"]})


@require_GET
@doors.members_only
def welcome(request: HttpRequest) -> HttpResponse:
    """Where newcomers land: the next steps, one after the other."""
    steps = [step for lent in seams.first_steps.gather(request.me) for step in lent]
    return render(request, "accounts/welcome.html", {"steps": steps})


def _broken(request: HttpRequest, problem: links.Broken) -> HttpResponse:
    messages.error(request, str(problem) or _("This link cannot be used."))
    return redirect("accounts:ask_link") if not request.user.is_authenticated else redirect("accounts:desk")
