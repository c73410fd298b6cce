"""Coming into a run: its page, by link, by invitation; and for those who teach: lists, cards, who is invited."""

import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from koinon.accounts import entrance
from koinon.accounts.models import Person
from koinon.accounts.notices import absolute
from koinon.kit import doors, links
from koinon.kit.addresses import to
from koinon.kit.forms import Button
from koinon.learning.actions import enrolments, lists
from koinon.learning.forms import runs as forms
from koinon.learning.models import Enrolment, Invited, Run
from koinon.learning.queries import lists as listed
from koinon.learning.queries import runs as questions
from koinon.learning.queries.people import teachers_of
from koinon.learning.queries.qr import svg
from koinon.learning.rules.teaching import may_accept
from koinon.learning.views.runs import fetch, voice
from koinon.network.queries import page_of

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
LIFE = timedelta(days=800)
SALT = "koinon.learning.list"
SAID = {
    "enrolled": gettext_lazy("You have a place. Everything is on this page."),
    "waiting": gettext_lazy(
        "All places are taken. You are on the waiting list; we write to you as soon as one is free."
    ),
    "asked": gettext_lazy("You asked for a place. A facilitator answers; we write to you."),
}


@read_or_write
def run(request: HttpRequest, key: str) -> HttpResponse:
    """The page of a run, for everybody who may see it: what, when, where, who; and the way in."""
    rows = Run.objects.visible_to(request.me).select_related("version", "course", "organisation", "network")
    return _entered(request, doors.fetch(rows, pk=key), "self", "")


@read_or_write
def join(request: HttpRequest, key: str) -> HttpResponse:
    """The same, by the link that facilitators give away."""
    rows = Run.objects.filter(state__in=["open", "running"]).exclude(link_key="")
    row = rows.select_related("version", "course", "organisation", "network").filter(link_key=key).first()
    if row is None:
        return render(request, "learning/run_closed.html", status=410)
    return _entered(request, row, "link", key)


@require_POST
@doors.members_only
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """The learner leaves."""
    row = doors.fetch(Enrolment.objects.filter(person=request.me.person).select_related("run", "person"), run=key)
    form = Button(request.POST)
    if form.does(enrolments.withdraw, by=request.me, enrolment=row):
        messages.success(request, _("You are no longer on the list. What you did stays yours."))
    form.tell(request)
    return redirect("learning:run", row.run_id) if row.run.audience != "link" else redirect("learning:home")


@read_or_write
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Says what accepting will do, before it does it."""
    try:
        link = links.read(lists.PURPOSE, token, life=LIFE)
        row = _open(link)
        if request.method == "POST":
            return _answered(request, row, link)
        return render(request, "learning/run_invitation.html", _letter(request, row, forms.Answer()))
    except links.Broken as problem:
        return render(request, "learning/run_closed.html", {"problem": problem}, status=410)


@read_or_write
@doors.members_only
def people(request: HttpRequest, key: str) -> HttpResponse:
    """Every way in: the link with its QR code, an address, a list, a card; and who was asked and has not answered."""
    row = fetch(request, key)
    form = forms.Invite(request.POST or None, run=row)
    if request.method == "POST" and form.does(lists.invite, by=voice(request, row), run=row):
        messages.success(request, _("Invited. The letter has a link that works once."))
        return redirect("learning:run_people", row.pk)
    address = absolute(to("learning:join", row.link_key))
    open_ = row.invited.filter(role="learner", state="open").select_related("organisation")
    context = {
        "form": form,
        "address": address,
        "picture": svg(address),
        "open": open_[:200],
        "list_form": forms.ListFile(),
    }
    return render(request, "learning/run_people.html", {**context, **questions.context(request, row, "run_people")})


@require_POST
@doors.members_only
def read_list(request: HttpRequest, key: str) -> HttpResponse:
    """A spreadsheet is read and shown row by row; nobody is invited yet."""
    run = fetch(request, key)
    form, rows = forms.ListFile(request.POST, request.FILES), []
    if form.is_valid():
        try:
            rows = listed.read(form.cleaned_data["file"], run)
        except ValidationError as problem:
            form.add_error("file", problem)
    signed = signing.dumps(
        [[row.number, row.as_row()] for row in rows if not row.faults], salt=_salt(run), compress=True
    )
    context = {"form": form, "rows": rows, "signed": signed, "fresh": sum(row.is_new for row in rows)}
    return render(request, "learning/run_list.html", {**context, **questions.context(request, run, "run_people")})


@require_POST
@doors.members_only
def invite_list(request: HttpRequest, key: str) -> HttpResponse:
    """Invite those rows of the list that are ticked."""
    run = fetch(request, key)
    form = forms.Invitations(request.POST)
    chosen = set(request.POST.getlist("row"))
    rows = [row for number, row in _signed(form.data.get("listed", ""), run) if str(number) in chosen]
    if form.does(_invite(rows), by=voice(request, run), run=run):
        number = len(form.result)
        done = ngettext("%(number)s person is invited.", "%(number)s people are invited.", number)
        messages.success(request, done % {"number": number})
    form.tell(request)
    return redirect("learning:run_people", run.pk)


def _invite(rows: list[dict[str, Any]]) -> Any:
    return lambda *, by, run, listed: lists.invite_all(by=by, run=run, rows=rows)


def _signed(said: str, run: Run) -> list[Any]:
    try:
        found = signing.loads(said, salt=_salt(run), max_age=24 * 3600)
    except (signing.BadSignature, json.JSONDecodeError):
        return []
    return found if isinstance(found, list) else []


def _salt(run: Run) -> str:
    return f"{SALT}.{run.pk}"


def _entered(request: HttpRequest, row: Run, how: str, key: str) -> HttpResponse:
    form = forms.Speak(request.POST or None, run=row)
    person = request.user if request.user.is_authenticated else None
    if request.method == "POST" and person is None:
        return redirect(f"{settings.LOGIN_URL}?next={request.path}")
    if request.method == "POST" and form.does(
        enrolments.enrol, by=request.me, run=row, person=person, how=how, key=key
    ):
        messages.success(request, SAID.get(form.result.state, SAID["enrolled"]))
        is_in = form.result.state in ("enrolled", "finished")
        return redirect("learning:my_run" if is_in else "learning:run", row.pk)
    return render(request, "learning/run.html", _page(request, row, form, key))


def _page(request: HttpRequest, row: Run, form: Any, key: str) -> dict[str, Any]:
    me = request.me  # type: ignore[attr-defined]
    mine = Enrolment.objects.filter(run=row, person=me.person).first() if me.is_known else None
    teaches = me.is_known and Run.objects.taught_by(me).filter(pk=row.pk).exists()
    team = teachers_of(row, me, is_inside=teaches or mine is not None)
    texts = row.version.texts
    language = next((each for each in (questions.reader(), *row.languages) if texts.get(each)), row.version.language)
    context = {
        "run": row, "form": form, "mine": mine, "free": max(0, row.capacity - row.taken), "key": key,
        "said": texts.get(language, {}), "said_language": language,
        "team": [name for name in team if name], "parts": questions.outline(row), "teaches": teaches,
        "dates": row.sessions.filter(is_cancelled=False),
        "may_enter": row.state in ("open", "running") and not row.is_over and (bool(key) or row.audience != "link"),
    }  # fmt: skip
    return {**context, **(page_of(request, row.network, "courses") if row.network and not key else {})}


def _open(link: links.Link) -> Invited:
    row = (
        Invited.objects.select_related("run__organisation", "run__version", "run__course", "invited_by")
        .filter(pk=link.facts["invited"])
        .first()
    )
    if row is None or row.state in ("withdrawn", "lapsed") or row.run.is_over:
        raise links.Broken(lists.VOID)
    if row.state != "open":
        raise links.Broken(_("This invitation was answered already."))
    if not may_accept(invited=row):
        raise links.Broken(lists.VOID)
    return row


def _letter(request: HttpRequest, row: Invited, form: Any) -> dict[str, Any]:
    is_known = Person.objects.filter(email__iexact=row.email).exclude(name="").exists()
    is_other = request.user.is_authenticated and request.user.email.lower() != row.email.lower()
    if is_known or row.name:
        form.fields.pop("name", None)
    return {"invited": row, "run": row.run, "form": form, "is_other": is_other}


def _answered(request: HttpRequest, row: Invited, link: links.Link) -> HttpResponse:
    form = forms.Answer(request.POST)
    context = _letter(request, row, form)
    facts = {"by": request.me, "invited": row, "link": link}  # type: ignore[attr-defined]
    if "decline" in request.POST:
        lists.decline(**facts)
        return render(request, "learning/run_declined.html", context)
    if not context["is_other"] and form.does(lists.accept, **facts, language=(get_language() or "en")[:2]):
        after = "learning:teach" if row.role == "facilitator" else "learning:run"
        return entrance.let_in(request, form.result[1], after=to(after, row.run_id))
    return render(request, "learning/run_invitation.html", context)
