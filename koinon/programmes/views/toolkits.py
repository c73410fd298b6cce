"""The toolkit: read, printed, compared, written in a draft and translated; proposals of facilitators answered."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors, files, words
from koinon.kit.forms import Button
from koinon.programmes.actions import proposals as proposed
from koinon.programmes.actions import toolkits as actions
from koinon.programmes.forms import toolkits as forms
from koinon.programmes.models import Activity, Handout, Programme, Toolkit, ToolkitProposal
from koinon.programmes.queries import toolkits as questions
from koinon.programmes.queries.toolkits import PARTS
from koinon.programmes.views.programmes import fetch, frame, voice

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
SAID: dict[str, Any] = {
    "begin": gettext_lazy("A new version is begun. Nobody uses it until you publish it."),
    "publish": gettext_lazy("Published. New deliveries use it; it stays as it is."),
    "drop": gettext_lazy("The draft is gone. What was published is untouched."),
}


def language_of(request: HttpRequest, programme: Programme) -> str:
    """What the reader asked for, else their own, else that of the programme."""
    wanted = request.GET.get("language") or (get_language() or "en")[:2]
    return wanted if wanted in programme.languages else programme.language


def drafted(request: HttpRequest, slug: str) -> tuple[Programme, Toolkit]:
    row = fetch(request, slug, is_mine=True)
    return row, doors.fetch(row.toolkits.filter(state="draft").select_related("programme"))


def _page(request: HttpRequest, row: Programme, found: Toolkit) -> dict[str, Any]:
    language = language_of(request, row)
    versions = row.toolkits.filter(state="published").order_by("-number")
    return {
        "toolkit": found, "leaves": questions.read(found, language), "language": language, "versions": versions,
        **frame(request, row),
    }  # fmt: skip


@require_GET
def newest(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest version, or that there is none yet."""
    row = fetch(request, slug)
    found = questions.newest(row)
    if found is None:
        return render(request, "programmes/toolkit_none.html", frame(request, row))
    return render(request, "programmes/toolkit.html", _page(request, row, found))


@require_GET
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A version that a delivery used."""
    row = fetch(request, slug)
    found = doors.fetch(row.toolkits.filter(state="published"), number=number)
    return render(request, "programmes/toolkit.html", _page(request, row, found))


@require_GET
def paper(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The same for paper: everything on one plain page, which a browser keeps and prints without a connection."""
    row = fetch(request, slug)
    found = doors.fetch(row.toolkits.filter(state="published"), number=number)
    return render(request, "programmes/toolkit_print.html", _page(request, row, found))


@require_GET
def changes(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What this version changed, activity by activity, against the one before."""
    row = fetch(request, slug)
    found = doors.fetch(row.toolkits.filter(state="published"), number=number)
    before = row.toolkits.filter(state="published", number__lt=number).order_by("-number").first()
    context = {"toolkit": found, "before": before, "changes": questions.changes(before, found), **frame(request, row)}
    return render(request, "programmes/toolkit_changes.html", context)


@require_GET
def handout(request: HttpRequest, key: str) -> FileResponse:
    """A file of a toolkit, for whoever sees the programme; of a draft for those who write it."""
    seen = Programme.objects.visible_to(request.me)
    mine = Programme.objects.manageable_by(request.me)
    shown = Handout.objects.filter(activity__toolkit__programme__in=seen, activity__toolkit__state="published")
    rows = shown | Handout.objects.filter(activity__toolkit__programme__in=mine)
    return files.serve(doors.fetch(rows.select_related("upload"), pk=key).upload, download=True)


@read_or_write
@doors.members_only
def draft(request: HttpRequest, slug: str) -> HttpResponse:
    """What is being written: activities, what lacks in which language; begin, publish, give up."""
    row = fetch(request, slug, is_mine=True)
    found = row.toolkits.filter(state="draft").select_related("programme").first()
    context: dict[str, Any] = {"form": forms.Publish(), "newest": questions.newest(row), "toolkit": found}
    if found is not None:
        context |= {
            "leaves": questions.read(found, row.language),
            "changes": questions.changes(context["newest"], found),
        }
    return render(request, "programmes/toolkit_draft.html", {**context, **frame(request, row)})


@require_POST
@doors.members_only
def step(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """Begin a version, publish it, give it up."""
    row = fetch(request, slug, is_mine=True)
    by = voice(request, row)
    form: Any = Button(request.POST)
    if step == "begin":
        is_done = form.does(actions.begin, by=by, programme=row)
    elif step in ("publish", "drop"):
        _row, found = drafted(request, slug)
        form = forms.Publish(request.POST) if step == "publish" else form
        is_done = form.does(actions.publish if step == "publish" else actions.drop, by=by, toolkit=found)
    else:
        raise Http404
    return _told(
        request, form, is_done, SAID[step], "toolkit" if step == "publish" and is_done else "toolkit_draft", slug
    )


@read_or_write
@doors.members_only
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """One more activity."""
    row, found = drafted(request, slug)
    form = forms.Leaf(request.POST or None)
    if request.method == "POST" and form.does(actions.add, by=voice(request, row), toolkit=found):
        messages.success(request, words.SAVED)
        return redirect("programmes:activity", slug, form.result.pk)
    return render(request, "programmes/toolkit_activity.html", {"form": form, "toolkit": found, **frame(request, row)})


@read_or_write
@doors.members_only
def activity(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """An activity in its original language, with its languages and handouts."""
    row, found = drafted(request, slug)
    leaf = doors.fetch(found.activities, pk=key)
    form = forms.Leaf(request.POST or None, initial=_written(leaf))
    if request.method == "POST" and form.does(actions.write, by=voice(request, row), toolkit=found, activity=leaf):
        messages.success(request, words.SAVED)
        return redirect("programmes:activity", slug, leaf.pk)
    return render(request, "programmes/toolkit_activity.html", _leaf(request, row, found, leaf, form=form))


@require_POST
@doors.members_only
def hand_out(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One more handout."""
    row, found = drafted(request, slug)
    leaf = doors.fetch(found.activities, pk=key)
    form = forms.HandOut(request.POST, request.FILES, languages=row.languages)
    if form.does(actions.hand_out, by=voice(request, row), toolkit=found, activity=leaf):
        messages.success(request, words.SAVED)
        return redirect("programmes:activity", slug, leaf.pk)
    return render(request, "programmes/toolkit_activity.html", _leaf(request, row, found, leaf, paper_form=form))


@require_POST
@doors.members_only
def take_back(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A handout goes."""
    row, found = drafted(request, slug)
    paper = doors.fetch(Handout.objects.filter(activity__toolkit=found).select_related("activity", "upload"), pk=key)
    form = Button(request.POST)
    is_done = form.does(actions.take_back, by=voice(request, row), toolkit=found, handout=paper)
    return _told(request, form, is_done, words.SAVED, "activity", slug, paper.activity_id)


@require_POST
@doors.members_only
def activity_step(request: HttpRequest, slug: str, key: str, step: str) -> HttpResponse:
    """One place up, or out of this version."""
    row, found = drafted(request, slug)
    leaf = doors.fetch(found.activities, pk=key)
    if step not in ("up", "remove"):
        raise Http404
    form = Button(request.POST)
    action = actions.move if step == "up" else actions.remove
    is_done = form.does(action, by=voice(request, row), toolkit=found, activity=leaf)
    return _told(request, form, is_done, words.SAVED, "toolkit_draft", slug)


@read_or_write
@doors.members_only
def translate(request: HttpRequest, slug: str, key: str, language: str) -> HttpResponse:
    """Original and translation side by side."""
    row, found = drafted(request, slug)
    leaf = doors.fetch(found.activities, pk=key)
    doors.permitted(leaf, language in row.languages and language != leaf.language)
    said = leaf.texts.get(language, {})
    form = forms.Words(request.POST or None, initial={part: said.get(part, "") for part in PARTS})
    facts = {"toolkit": found, "activity": leaf, "language": language}
    if request.method == "POST" and form.does(actions.translate, by=voice(request, row), **facts):
        messages.success(request, words.SAVED)
        return redirect("programmes:activity", slug, leaf.pk)
    context = {"form": form, **facts, "original": questions.shown(leaf, leaf.language)}
    context["is_stale"] = questions.is_stale(leaf, language)
    return render(request, "programmes/toolkit_translate.html", {**context, **frame(request, row)})


@require_GET
@doors.members_only
def proposals(request: HttpRequest, slug: str) -> HttpResponse:
    """What facilitators changed, and what was answered."""
    row = fetch(request, slug, is_mine=True)
    return render(request, "programmes/toolkit_proposals.html", _proposals(request, row))


@require_POST
@doors.members_only
def answer(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Taken into the next version, or not."""
    row = fetch(request, slug, is_mine=True)
    found = doors.fetch(_rows(row), pk=key)
    form = forms.Answer(request.POST, auto_id=f"id_{found.pk}_%s")
    if form.does(proposed.answer, by=voice(request, row), proposal=found):
        messages.success(request, _("Answered. The facilitator reads it."))
        return redirect("programmes:proposals", slug)
    return render(request, "programmes/toolkit_proposals.html", _proposals(request, row, found, form))


def _rows(row: Programme) -> Any:
    rows = ToolkitProposal.objects.filter(toolkit__programme=row)
    return rows.select_related("toolkit__programme", "delivery", "by").order_by("-pk")


def _proposals(request: HttpRequest, row: Programme, wrong: Any = None, form: Any = None) -> dict[str, Any]:
    found = list(_rows(row)[:100])
    keys = {each.activity for each in found}
    language = language_of(request, row)
    leaves = Activity.objects.filter(toolkit__programme=row, key__in=keys).order_by("toolkit__number")
    titles = {leaf.key: questions.shown(leaf, language).title for leaf in leaves}
    for each in found:
        each.leaf = titles.get(each.activity, "")
        each.form = form if wrong is not None and each.pk == wrong.pk else forms.Answer(auto_id=f"id_{each.pk}_%s")
    return {"rows": found, **frame(request, row)}


def _written(leaf: Activity) -> dict[str, Any]:
    said = leaf.texts.get(leaf.language, {})
    facts = {"minutes": leaf.minutes, "group_size": leaf.group_size, "materials": leaf.materials}
    return {**{part: said.get(part, "") for part in PARTS}, **facts}


def _leaf(
    request: HttpRequest, row: Programme, found: Toolkit, leaf: Activity, *, form: Any = None, paper_form: Any = None
) -> dict[str, Any]:
    return {
        "form": form or forms.Leaf(initial=_written(leaf)), "toolkit": found, "activity": leaf,
        "title": questions.shown(leaf, leaf.language).title,
        "paper_form": paper_form or forms.HandOut(languages=row.languages, auto_id="id_paper_%s"),
        "states": [(code, questions.state(leaf, code)) for code in row.languages],
        "handouts": leaf.handouts.select_related("upload"), **frame(request, row),
    }  # fmt: skip


def _told(request: HttpRequest, form: Any, is_done: bool, said: Any, name: str, *where: Any) -> HttpResponse:
    """What was done or refused as a message on the next page."""
    if is_done:
        messages.success(request, said)
    form.tell(request)
    return redirect(f"programmes:{name}", *where)
