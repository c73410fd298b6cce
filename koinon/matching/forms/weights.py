"""Learned weights or the usual ones."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from koinon.kit.forms import Form
from koinon.matching.models import MatchWeights


class Choose(Form):
    """Whether the matcher goes by what this network has learned."""

    is_used = forms.BooleanField(
        label=_lazy("Match by what this network has learned"),
        required=False,
        help_text=_lazy("Otherwise the usual weights count. It shows from the next night on."),
    )

    def __init__(self, *args: Any, row: MatchWeights, **kwargs: Any) -> None:
        super().__init__(*args, initial={"is_used": row.is_used}, **kwargs)
