"""Forms that do one thing: hand what was said to a verb, and bring refusals back beside the field, losing nothing."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from koinon.kit.verbs import Refused

CONFLICTS: dict[str, tuple[str | None, Any]] = {}


def conflict(constraint: str, field: str | None, message: Any) -> None:
    """Say in words what a database constraint means: beside `field`, or above the form when it is None."""
    CONFLICTS[constraint] = (field, message)


def day_input() -> forms.DateInput:
    """A day as browsers ask for it; they show none that is written in the way of a language."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Form(forms.Form):
    """A plain form whose `does` calls a verb. `result` is what the verb returned."""

    result: Any = None

    def said(self) -> dict[str, Any]:
        """The keyword arguments for the verb; override where names differ."""
        return dict(self.cleaned_data)

    def does(self, action: Callable[..., Any], **facts: Any) -> bool:
        """Validate, call `action(**facts, **said)`, keep its result. False when something is to be corrected."""
        if not self.is_valid():
            return False
        try:
            with nullcontext() if hasattr(action, "verb") else transaction.atomic():  # a verb brings its own
                self.result = action(**facts, **self.said())
        except Refused as refusal:
            self.add_error(None, str(refusal))
        except ValidationError as problem:
            self._place(problem)
        except IntegrityError as problem:
            self._explain(problem)
        return not self.errors

    def tell(self, request: HttpRequest) -> None:
        """What was refused as messages on the next page: for forms that are not shown again."""
        for problem in [each for errors in self.errors.values() for each in errors]:
            messages.error(request, problem)

    def _place(self, problem: ValidationError) -> None:
        if not hasattr(problem, "error_dict"):
            self.add_error(None, problem)
            return
        for field, errors in problem.error_dict.items():
            known = field in self.fields and field != NON_FIELD_ERRORS
            self.add_error(field if known else None, errors)

    def _explain(self, problem: IntegrityError) -> None:
        name = getattr(getattr(problem.__cause__, "diag", None), "constraint_name", None) or ""
        if name not in CONFLICTS:
            raise problem
        field, message = CONFLICTS[name]
        self.add_error(field if field in self.fields else None, str(message) or _("This exists already."))


class Button(Form):
    """A button and nothing else."""
