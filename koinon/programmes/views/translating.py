"""A programme in other languages, by people."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from koinon.kit import doors, words
from koinon.kit.languages import texts
from koinon.programmes.actions import translating as actions
from koinon.programmes.forms import translating as forms
from koinon.programmes.views.programmes import fetch, frame, read_or_write, voice


@read_or_write
@doors.members_only
def translate(request: HttpRequest, slug: str) -> HttpResponse:
    """Its name and what it is about, in one language after the other."""
    row = fetch(request, slug, is_mine=True)
    chosen = request.GET.get("language", (get_language() or "en")[:2])
    readings = texts.all_of(row, "about")
    known = next((reading.text for reading in readings if reading.language == chosen), "")
    first = {"language": chosen, "name": row.names.get(chosen, ""), "text": known}
    form = forms.TranslateProgramme(request.POST or None, original=row.language, initial=first)
    if request.method == "POST" and form.does(actions.translate, by=voice(request, row), programme=row):
        messages.success(request, words.SAVED)
        return redirect("programmes:translate", row.slug)
    context = {"form": form, "noun": row, "original": row.about, "readings": readings, **frame(request, row)}
    return render(request, "network/translate.html", context)
