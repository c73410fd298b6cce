"""The shelf of courses, the page of one, its files; begin one, copy one."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from koinon.kit import doors, files
from koinon.learning import rules
from koinon.learning.actions import courses as actions
from koinon.learning.actions import taking
from koinon.learning.forms import courses as forms
from koinon.learning.models import Asset, Course, Enrolment, Run, Version
from koinon.learning.queries import shelf as asked
from koinon.learning.queries.homes import homes
from koinon.learning.rules.packages import may_export
from koinon.network.models import Network
from koinon.network.queries import page_of, speaking_for

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
def courses(request: HttpRequest) -> HttpResponse:
    """All courses that I may see, those that I write first."""
    request.is_cacheable = True  # type: ignore[attr-defined]
    return _shelf(request, None, {"mine": asked.mine(request.me) if request.me.is_known else []})


@require_GET
def courses_of(request: HttpRequest, slug: str) -> HttpResponse:
    """The shelf of a network."""
    request.is_cacheable = True  # type: ignore[attr-defined]
    network = doors.fetch(Network.objects.visible_to(request.me), slug=slug)
    return _shelf(request, network, page_of(request, network, "courses"))


@require_GET
def course(request: HttpRequest, slug: str) -> HttpResponse:
    """What a course is, for whom, in which languages, under which terms, and where one can learn in it."""
    request.is_cacheable = True  # type: ignore[attr-defined]
    rows = Course.objects.visible_to(request.me).select_related("organisation", "network", "picture__upload")
    row = doors.fetch(rows, slug=slug)
    exports = row.is_published and may_export(by=request.me, course=row)
    may = {"may_write": rules.may_write(by=request.me, course=row), "may_copy": _may_copy(request, row)}
    network = page_of(request, row.network, "courses") if row.network else {}
    context = {**network, **asked.course_page(row, request.me), **may, "may_export": exports}
    return render(request, "learning/course.html", context)


@read_or_write
@doors.members_only
def course_new(request: HttpRequest) -> HttpResponse:
    """Begin a course: four fields."""
    mine = homes(request.me)
    form = forms.New(request.POST or None, homes=mine) if mine else None
    if request.method == "POST" and form and _begun(request, form, actions.create):
        messages.success(request, _("Begun. Now write its first page."))
        return redirect("learning:write", form.result.slug)
    return render(request, "learning/course_new.html", {"form": form})


@read_or_write
@doors.members_only
def course_copy(request: HttpRequest, slug: str) -> HttpResponse:
    """A copy to adapt, in the name of an organisation of mine."""
    row = doors.fetch(Course.objects.visible_to(request.me).select_related("organisation"), slug=slug)
    version = doors.found(Version.objects.published().filter(course=row).order_by("-number").first())
    doors.permitted(row, _may_copy(request, row))
    form = forms.Copy(request.POST or None, homes=homes(request.me), initial={"title": row.title})
    if request.method == "POST" and _begun(request, form, taking.copy, version=version):
        messages.success(request, _("Here is your copy. Change what does not fit where you are."))
        return redirect("learning:write", form.result.slug)
    return render(request, "learning/course_copy.html", {"form": form, "course": row})


@require_GET
def course_file(request: HttpRequest, slug: str, key: str) -> FileResponse:
    """A file of a course, for whoever sees, writes, teaches or learns it and knows the key (a hash of its bytes)."""
    row = doors.found(Course.objects.filter(slug=slug).first())
    seen = Course.objects.visible_to(request.me).filter(pk=row.pk).exists()
    doors.permitted(row, seen or _is_inside(request, row))
    asset = doors.fetch(Asset.objects.filter(organisation=row.organisation_id).select_related("upload"), key=key)
    return files.serve(asset.upload)


def _shelf(request: HttpRequest, network: Network | None, context: dict[str, Any]) -> HttpResponse:
    words, language = request.GET.get("q", "").strip()[:300], request.GET.get("language", "")[:8]
    found = asked.shelf(request.me, network=network, words=words, language=language, after=request.GET.get("after", ""))
    may_begin = bool(request.me.is_known and homes(request.me))
    context |= {"words": words, "language": language, "may_begin": may_begin, "choices": settings.LANGUAGES, **found}
    return render(request, "learning/courses.html", context)


def _begun(request: HttpRequest, form: Any, action: Any, **facts: Any) -> bool:
    """Do it in the name of the organisation chosen in the form."""
    if not form.is_valid():
        return False
    home = form.homes[form.cleaned_data["home"]]
    return bool(form.does(action, by=speaking_for(request.me, home.organisation), **facts))


def _may_copy(request: HttpRequest, row: Course) -> bool:
    version = Version.objects.published().filter(course=row).select_related("course").first()
    mine = homes(request.me) if request.me.is_known and version else []
    return any(rules.may_copy(by=request.me, organisation=home.organisation, version=version) for home in mine[:1])


def _is_inside(request: HttpRequest, row: Course) -> bool:
    """Learns or teaches in a run of it."""
    if not request.me.is_known:
        return False
    learns = Enrolment.objects.learning().filter(run__course=row, person=request.me.person)
    return learns.exists() or Run.objects.taught_by(request.me).filter(course=row).exists()
