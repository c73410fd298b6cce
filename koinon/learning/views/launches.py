"""From a lesson into the second origin: the way in, with a ticket that is good for a while."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from koinon.kit import doors
from koinon.learning.actions import playing
from koinon.learning.engine.documents import Node
from koinon.learning.models import Course, Enrolment, Run, Version
from koinon.learning.queries.packages import package_at
from koinon.learning.queries.trees import tree_of


@require_GET
@doors.members_only
def play(request: HttpRequest, key: str, node: str) -> HttpResponse:
    """For the learner a sitting that counts, for who teaches a look."""
    rows = Enrolment.objects.learning().filter(person=request.me.person, run=key)
    enrolment = rows.select_related("run__version", "run__course").first()
    run = enrolment.run if enrolment else None
    if run is None:
        run = doors.fetch(Run.objects.taught_by(request.me).select_related("version", "course"), pk=key)
    return _sent(request, run.course, tree_of(run.version).node(node), enrolment)


@require_GET
@doors.members_only
def play_preview(request: HttpRequest, slug: str, node: str) -> HttpResponse:
    """A look for who writes the course: the draft, else what was published last."""
    row = doors.fetch(Course.objects.manageable_by(request.me), slug=slug)
    version = doors.found(Version.objects.filter(course=row).order_by("-number").first())
    return _sent(request, row, tree_of(version).node(node), None)


def _sent(request: HttpRequest, course: Course, node: Node | None, enrolment: Enrolment | None) -> HttpResponse:
    package = package_at(course, dict(node.settings)) if node is not None and node.kind == "package" else None
    asset = doors.found(package).asset
    if not settings.KOINON_PLAY_URL:
        return render(request, "learning/play_off.html", status=503)
    return redirect(f"{settings.KOINON_PLAY_URL}/play/{playing.open_for(enrolment, asset, node.key)}/")
