"""The check list, publishing, review, the next version, and what changed between two."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from koinon.kit import doors
from koinon.kit.forms import Button
from koinon.learning.actions import versions as actions
from koinon.learning.forms import versions as forms
from koinon.learning.models import Course, Version
from koinon.learning.queries import checks as asked
from koinon.learning.queries.writing import frame
from koinon.learning.views.writing import acting, fetch

read_or_write = require_http_methods(["GET", "HEAD", "POST"])
STEPS = {
    "publish": (actions.publish, forms.Publish, gettext_lazy("Published. It is on the shelf, and stays as it is.")),
    "ask": (actions.ask_review, forms.AskReview, gettext_lazy("Sent. The reviewers know whose turn it is.")),
    "release": (actions.release, forms.Publish, gettext_lazy("Published. It is on the shelf, and stays as it is.")),
    "return": (actions.hand_back, forms.HandBack, gettext_lazy("Sent back. The authors were told.")),
    "take-back": (actions.take_back, Button, gettext_lazy("You can change it again.")),
}
"""step: (verb, form, what is said when it is done)"""


@require_GET
@doors.members_only
def write_check(request: HttpRequest, slug: str) -> HttpResponse:
    """What is to be mended before publishing, what could be better, and the button."""
    return _shown(request, fetch(request, slug))


@require_POST
@doors.members_only
def write_publish(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """Publish, ask for a review, publish or send back as a reviewer, take back."""
    if step not in STEPS:
        raise Http404
    course = fetch(request, slug)
    action, form_class, done = STEPS[step]
    form = form_class(request.POST)
    if form.does(action, by=acting(request, course), course=course):
        messages.success(request, done)
        is_out = step in ("publish", "release")
        return redirect("learning:course" if is_out else "learning:write_check", slug)
    return _shown(request, course, step, form)


@require_POST
@doors.members_only
def write_begin(request: HttpRequest, slug: str) -> HttpResponse:
    """The next version, with everything that is there."""
    course = fetch(request, slug)
    answer = Button(request.POST)
    if answer.does(actions.begin, by=acting(request, course), course=course):
        messages.success(request, _("A new draft is ready. What is published stays until you publish this one."))
    answer.tell(request)
    return redirect("learning:write", slug)


@require_GET
@doors.members_only
def write_changes(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What is different for learners between a version and the one before it."""
    course = fetch(request, slug)
    row = doors.fetch(Version.objects.filter(course=course).select_related("course"), number=number)
    context = {**frame(request, course, "write_check"), **asked.changes(row)}
    return render(request, "learning/write_changes.html", context)


def _shown(request: HttpRequest, course: Course, step: str = "", form: Button | None = None) -> HttpResponse:
    context = frame(request, course, "write_check")
    given = {name.replace("-", "_"): form if name == step else made() for name, (_verb, made, _said) in STEPS.items()}
    draft = context["draft"]
    context |= {"forms": given, "problem": form, **asked.check_page(request.me, course, draft)}
    return render(request, "learning/write_check.html", context)
