"""Doors of pages: one call fetches and permits, and a stranger cannot tell "not yours" from "not there"."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

M = TypeVar("M", bound=Model)


def fetch(rows: QuerySet[M], **lookup: Any) -> M:
    """The one row of an already permitted query set, or 404 (never 403: that would tell that it exists)."""
    return found(rows.filter(**lookup).first())


def found(row: M | None) -> M:
    """The row that a permitted question gave, or the same 404."""
    if row is None:
        raise Http404(_("This page does not exist, or it is not yours to see."))
    return row


def permitted(row: M, is_permitted: bool) -> M:
    """The row, or the same 404 as for one that is not there, when a rule said no."""
    if not is_permitted:
        raise Http404(_("This page does not exist, or it is not yours to see."))
    return row


def members_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Visitors are asked to sign in and come back to the same page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    guarded.members_only = True  # type: ignore[attr-defined]
    return guarded


def needs(test: Callable[[Any], bool]) -> Callable[..., Any]:
    """Open only to those of whom `test(me)` is true; visitors are asked to sign in, others get 404."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not test(request.me):  # type: ignore[attr-defined]
                raise Http404(_("This page does not exist, or it is not yours to see."))
            return view(request, *args, **kwargs)

        return guarded

    return decorate
