"""Write a page piece by piece: each press of a button saves everything that was typed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from koinon.kit import doors
from koinon.kit.addresses import to
from koinon.learning.forms.pages import Page
from koinon.learning.forms.rich import words
from koinon.learning.models import Node
from koinon.learning.queries import writing as asked
from koinon.learning.queries.files import choices_of
from koinon.learning.queries.pages import around, theirs
from koinon.learning.views.writing import acting, draft_node

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
@doors.members_only
def write_node(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The page of one part: its title and its pieces."""
    node = draft_node(request, slug, key)
    text = node.texts.filter(language=node.version.language).first()
    assets = choices_of(node.version.course.organisation_id)
    form = Page(request.POST or None, request.FILES or None, node=node, text=text, assets=assets, new=request.GET)
    if request.method == "POST" and form.saves(acting(request, node.version.course)):
        messages.success(request, _("Saved."))
        return redirect(f"{to('learning:write_node', slug, str(key))}{form.goes_on}")
    return _shown(request, node, form)


def _shown(request: HttpRequest, node: Node, form: Page) -> HttpResponse:
    context = asked.frame(request, node.version.course, "write")
    context |= {"words": words(), "node": node, "form": form, "title": asked.title_of(node), **around(node)}
    if form.is_overtaken:
        context["theirs"] = theirs(node)
    return render(request, "learning/write_node.html", context)
