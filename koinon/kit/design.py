"""The design system's own parts: the form look that Django uses everywhere, and the samples of the live page."""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest


class FormRenderer(TemplatesSetting):
    """Every `{{ form }}` of the site looks right by itself, so no page writes its own field mark-up."""

    form_template_name = "kit/forms/form.html"
    formset_template_name = "kit/forms/formset.html"
    field_template_name = "kit/forms/field.html"

    def render(self, template_name: str, context: Any, request: HttpRequest | None = None) -> str:
        """Labels, never placeholders: also not those of libraries."""
        if "widget" in context:
            context["widget"]["attrs"].pop("placeholder", None)
        return super().render(template_name, context, request)
