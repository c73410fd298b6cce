"""One answer of a questionnaire, saved as soon as it is changed; for applications and for reports."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from koinon.kit import doors
from koinon.kit.verbs import Actor
from koinon.network.forms.drafts import Writing


def answered(
    request: HttpRequest, maker: type[Writing], row: Any, key: str, *, by: Actor, anew: str, context: dict[str, Any]
) -> HttpResponse:
    """Save it: gives the line below the question or, where the field itself has to change, the question by `anew`.

    A question that is not asked is not there (404).
    """
    writing = maker(request.me, row, only=key, request=request)
    doors.permitted(row, bool(writing.form.questions))
    writing.save(by)
    is_anew = writing.is_shown_anew(key)
    shown = maker(request.me, writing.row, only=key) if is_anew else writing
    context = {**context, "each": shown.questions()[0], "is_alone": True, "form": shown.form}
    answer = render(request, anew if is_anew else "network/draft_note.html", context)
    if is_anew:
        answer["HX-Retarget"], answer["HX-Reswap"] = f"#q-{key}", "outerHTML"
    return answer
