"""What the matcher looks at in a network, and how much each thing counts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from koinon.kit import doors, words
from koinon.matching.actions import weights as actions
from koinon.matching.forms.weights import Choose
from koinon.matching.queries import weights as queries
from koinon.network.models import Network
from koinon.network.queries import page_of


@require_http_methods(["GET", "HEAD", "POST"])
@doors.members_only
def matcher(request: HttpRequest, slug: str) -> HttpResponse:
    """Each signal in words with its weight; learned or usual is the coordinator's choice."""
    network = doors.fetch(Network.objects.manageable_by(request.me), slug=slug)
    known = queries.explained(network.pk)
    form = Choose(request.POST or None, row=known["row"])
    if request.method == "POST" and form.does(actions.choose, by=request.me, network=network):
        messages.success(request, words.SAVED)
        return redirect("matching:matcher", slug)
    context = {**known, "form": form, **page_of(request, network, "staff")}
    return render(request, "matching/matcher.html", context)
