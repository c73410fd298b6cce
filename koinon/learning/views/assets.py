"""Files of a course's organisation: put there, described, with their terms."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from koinon.kit import doors, words
from koinon.learning import rules
from koinon.learning.actions import files as actions
from koinon.learning.forms import files as forms
from koinon.learning.models import Asset
from koinon.learning.queries import files as asked
from koinon.learning.queries.assets import shown
from koinon.learning.queries.writing import frame
from koinon.learning.views.writing import acting, fetch

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
@doors.members_only
def write_files(request: HttpRequest, slug: str) -> HttpResponse:
    """What is there, with what it lacks; one more."""
    course = fetch(request, slug)
    form = forms.Keep(request.POST or None, request.FILES or None, course=course)
    facts = {"by": acting(request, course), "organisation": course.organisation}
    if request.method == "POST" and form.does(actions.keep, **facts):
        messages.success(request, words.SAVED)
        return redirect("learning:write_files", slug)
    rows = asked.listed(course.organisation_id, course.language)
    return render(
        request, "learning/write_files.html", {**frame(request, course, "write_files"), "rows": rows, "form": form}
    )


@read_or_write
@doors.members_only
def write_file(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One file: its words in each language of the course, whom to name, under which terms."""
    course = fetch(request, slug)
    asset = doors.fetch(Asset.objects.filter(organisation=course.organisation_id).select_related("upload"), pk=key)
    form = forms.Describe(request.POST or None, asset=asset, languages=course.languages)
    facts = {"by": acting(request, course), "organisation": course.organisation, "asset": asset}
    if request.method == "POST" and form.does(actions.describe, **facts):
        messages.success(request, words.SAVED)
        return redirect("learning:write_files", slug)
    context = {**frame(request, course, "write_files"), "asset": asset, "form": form, "used": asked.used_in(asset)}
    return render(request, "learning/write_file.html", {**context, "shown": shown(course, asset, (course.language,))})


@require_POST
@doors.members_only
def write_upload(request: HttpRequest, slug: str) -> JsonResponse:
    """A file from the richer editor: its key and address, or the sentence that says why not."""
    course = fetch(request, slug)
    doors.permitted(course, rules.may_write(by=request.me, course=course))
    form = forms.Keep(request.POST, request.FILES, course=course)
    if not form.does(actions.keep, by=acting(request, course), organisation=course.organisation):
        problems = [str(problem) for errors in form.errors.values() for problem in errors]
        return JsonResponse({"success": 0, "problem": " ".join(problems) or _("This did not work.")}, status=400)
    about = shown(course, form.result, (course.language,))
    return JsonResponse({"success": 1, "file": {"asset": form.result.key, "url": about.url, "name": about.name}})
