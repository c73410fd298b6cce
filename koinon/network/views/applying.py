"""Apply: what is asked and why first, then a draft that several people write, looked through before it is sent."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.accounts.models import Person
from koinon.kit import doors, files, links
from koinon.kit.forms import Button
from koinon.kit.limits import limited
from koinon.kit.models import Upload
from koinon.network import queries, rules
from koinon.network.actions import applications, drafts
from koinon.network.forms import applications as forms
from koinon.network.forms import applying as beginnings
from koinon.network.forms.drafts import Writing
from koinon.network.models import Application, FormVersion, Network, Organisation
from koinon.network.queries import applications as asked
from koinon.network.queries import drafts as shared
from koinon.network.queries import forms as questionnaires
from koinon.network.views.answering import answered

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@limited("apply", times=20, per=asked.HOUR)
@read_or_write
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    """What is asked, for everybody; whoever is signed in applies, for an organisation that is here or a new one."""
    if not request.user.is_authenticated:
        return _explained(request, slug)
    network = doors.fetch(Network.objects.visible_to(request.me), slug=slug)
    version, mine = questionnaires.published(network), asked.may_apply_for(request.me, network)
    organisation = _chosen(request, mine)
    form = _form(request, network, organisation, version)
    if request.method == "POST" and _begin(request, network, organisation, form, version):
        messages.success(request, _thanks(form.result))
        return redirect("network:draft" if version else "network:application", slug, form.result.pk)
    context = {"form": form, "mine": mine, "organisation": organisation, "is_new": organisation is None}
    context |= shared.before_applying(request.me, network, version)
    return render(request, "network/apply.html", {**context, **queries.page_of(request, network, "apply")})


@read_or_write
@doors.members_only
def change(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Complete a draft, or change what was returned; a draft with a form has pages of its own."""
    row = _writable(request, slug, key)
    if row.version_id is not None:
        return redirect("network:draft", slug, row.pk)
    initial = {"motivation": row.motivation, "contribution": row.contribution}
    form = forms.Change(request.POST or None, initial=initial)
    by = queries.speaking_for(request.me, row.organisation)
    if request.method == "POST" and form.does(applications.change, by=by, application=row):
        messages.success(request, _thanks(row))
        return redirect("network:application", slug, row.pk)
    return _page(request, row, "network/application_change.html", {"form": form})


@read_or_write
@doors.members_only
def draft(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The draft: its parts and how far they are, who writes it, until when. A POST puts the note away."""
    row = _with_form(request, slug, key)
    if request.method == "POST":
        Button(request.POST).does(drafts.forget_lost, by=_voice(request, row), application=row)
        return redirect("network:draft", slug, row.pk)
    may_share = rules.may_share(by=request.me, application=row)
    return _page(request, row, "network/draft.html", {**shared.overview(request.me, row), "may_share": may_share})


@read_or_write
@doors.members_only
def draft_part(request: HttpRequest, slug: str, key: str, part: str) -> HttpResponse:
    """The questions of one part; saved one by one as they are changed, or all together by the button."""
    row = _with_form(request, slug, key)
    doors.permitted(row, part in [each["key"] for each in row.version.schema["parts"]])
    writing = Writing(request.me, row, part=part, request=request)
    if writing.said is not None and not writing.is_looking_up and writing.save(_voice(request, row)):
        messages.success(request, _("Saved."))
        following = shared.part_page(request.me, row, part)["next"] if "next" in request.POST else None
        return redirect("network:draft_part", slug, row.pk, following["key"] if following else part)
    context = {"writing": writing, "questions": writing.questions(), **shared.part_page(request.me, row, part)}
    return _page(request, row, "network/draft_part.html", context)


@limited("answer", times=3000, per=asked.HOUR)
@require_POST
@doors.members_only
def draft_answer(request: HttpRequest, slug: str, key: str, part: str, question: str) -> HttpResponse:
    """One answer, as soon as it is changed: gives the line below the question, or the question anew."""
    row = _with_form(request, slug, key)
    context = {"application": row, "network": row.network, "part": {"key": part}}
    anew, by = "network/draft_question.html", _voice(request, row)
    return answered(request, Writing, row, question, by=by, anew=anew, context=context)


@read_or_write
@doors.members_only
def draft_check(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Everything as the staff will read it, what is missing first; then it is sent."""
    row = _with_form(request, slug, key)
    form = Button(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.does(drafts.send, by=_voice(request, row), application=row):
        messages.success(request, _("Sent. You see here where it stands, and we write to you."))
        return redirect("network:application", slug, row.pk)
    return _page(request, row, "network/draft_check.html", {"form": form, **shared.review(request.me, row)})


@read_or_write
@doors.members_only
def draft_version(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What changed in the form since, what could not come along; then the draft moves to it, or stays."""
    row = _with_form(request, slug, key)
    version = doors.found(shared.newer(row))
    form = Button(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.does(
        drafts.move_to_version, by=_voice(request, row), application=row, version=version
    ):
        messages.success(request, _("The draft is on the new form now."))
        return redirect("network:draft", slug, row.pk)
    return _page(request, row, "network/draft_version.html", {"form": form, **shared.move_preview(row, version)})


@limited("share", times=30, per=asked.HOUR)
@require_POST
@doors.members_only
def draft_share(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A link for one colleague; nothing is sent by us: who made it hands it over."""
    row = _with_form(request, slug, key)
    doors.permitted(row, rules.may_share(by=request.me, application=row))
    token = links.make(drafts.SHARED, application=str(row.pk), by=str(request.me.person))
    address = request.build_absolute_uri(reverse("network:draft_join", args=[token]))
    return _page(request, row, "network/draft_share.html", {"address": address, "days": drafts.SHARED_FOR.days})


@read_or_write
@doors.members_only
def draft_join(request: HttpRequest, token: str) -> HttpResponse:
    """Says what the link does before it does it: write this application as deputy."""
    try:
        link = links.read(drafts.SHARED, token, life=drafts.SHARED_FOR)
        row = _shared(link)
    except links.Broken as problem:
        return render(request, "network/invitation_broken.html", {"problem": problem}, status=410)
    person = Person.objects.get(pk=request.me.person)
    form = Button(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.does(drafts.join, by=request.me, application=row, person=person, link=link):
        return redirect("network:draft", row.network.slug, row.pk)
    context = {"form": form, "organisation": row.organisation, "application": row, "network": None}
    return render(request, "network/draft_join.html", {**context, "joined": row.network})


@require_GET
@doors.members_only
def draft_file(request: HttpRequest, slug: str, key: str, question: str) -> HttpResponse:
    """A file of an answer: for those who may see the application, or everybody here once it is published."""
    row = doors.found(shared.with_file(request.me, slug, key, question))
    value = row.answers[question]["value"]
    return files.serve(doors.fetch(Upload.objects.all(), pk=value["upload"]), download=True)


def _explained(request: HttpRequest, slug: str) -> HttpResponse:
    """For visitors: everything but the form. A network they may not see looks like any page that needs an account."""
    network = Network.objects.visible_to(request.me).filter(slug=slug).first()
    if network is None or request.method == "POST":
        return redirect_to_login(request.get_full_path())
    context = shared.before_applying(request.me, network, questionnaires.published(network))
    context |= {"form": None, "mine": [], "organisation": None, "is_new": True}
    return render(request, "network/apply.html", {**context, **queries.page_of(request, network, "apply")})


def _writable(request: HttpRequest, slug: str, key: str) -> Application:
    """A draft (or what was returned) that this reader may write."""
    rows = Application.objects.visible_to(request.me).filter(network__slug=slug, state__in=drafts.WRITABLE)
    row = doors.fetch(rows.select_related("network", "organisation__place", "applicant", "version__form"), pk=key)
    return doors.permitted(row, rules.may_change_application(by=request.me, application=row))


def _shared(link: links.Link) -> Application:
    """The draft that a link leads to; raises Broken when who made it may not share it any more."""
    rows = Application.objects.filter(state__in=drafts.WRITABLE).select_related("network", "organisation", "version")
    row = doors.fetch(rows, pk=link.facts["application"])
    if not drafts.is_shared(row, link):
        raise links.Broken(_("This link has expired. Ask for a new one."))
    return row


def _with_form(request: HttpRequest, slug: str, key: str) -> Application:
    row = _writable(request, slug, key)
    return doors.permitted(row, row.version_id is not None)


def _voice(request: HttpRequest, row: Application) -> Any:
    return queries.speaking_for(request.me, row.organisation)


def _page(request: HttpRequest, row: Application, template: str, context: dict[str, Any]) -> HttpResponse:
    context = {"application": row, "organisation": row.organisation, **context}
    return render(request, template, {**context, **queries.page_of(request, row.network, "applications")})


def _chosen(request: HttpRequest, mine: list[Organisation]) -> Organisation | None:
    """The organisation named in the address; the only one there is, when none is named."""
    wanted = request.GET.get("organisation", "")
    if not wanted and len(mine) == 1:
        return mine[0]
    return next((row for row in mine if row.slug == wanted), None)


def _form(request: HttpRequest, network: Network, organisation: Organisation | None, version: Any) -> Any:
    if version is None:
        if organisation is None:
            return forms.ApplyNew(request.POST or None, network=network)
        return forms.Apply(request.POST or None)
    if organisation is None:
        return beginnings.BeginNew(request.POST or None, network=network)
    return beginnings.Begin(request.POST or None)


def _begin(
    request: HttpRequest, network: Network, organisation: Organisation | None, form: Any, version: FormVersion | None
) -> bool:
    """The verb of the form: for an organisation that is here, or together with a new one."""
    facts = {"network": network, "applicant": Person.objects.get(pk=request.me.person)}
    if organisation is None:
        action = drafts.begin_new if version else applications.register_and_submit
        return form.does(action, by=request.me, **facts)
    by = queries.speaking_for(request.me, organisation)
    action = drafts.begin if version else applications.submit
    return form.does(action, by=by, organisation=organisation, **facts)


def _thanks(row: Application) -> str:
    if row.state == "draft":
        return _("Saved. Nobody but you sees it until you send it.")
    return _("Sent. You see here where it stands, and we write to you.")
