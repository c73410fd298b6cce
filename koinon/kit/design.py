"""The design system's own parts: the form look that Django uses everywhere, and the samples of the live page."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Every `{{ form }}` of the site looks right by itself, so no page writes its own field mark-up."""

    form_template_name = "kit/forms/form.html"
    formset_template_name = "kit/forms/formset.html"
    field_template_name = "kit/forms/field.html"
