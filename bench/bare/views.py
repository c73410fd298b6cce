"""One function: one row by its primary key, one template of three kilobytes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from koinon.network.models import Place


def page(request: HttpRequest, key: int) -> HttpResponse:
    return render(request, "bare/page.html", {"place": get_object_or_404(Place, pk=key)})
