"""A form without fields: a button that does something, and says above the page why not."""

from django.contrib import messages
from django.http import HttpRequest

from koinon.kit.forms import Form


class Answer(Form):
    """What was refused becomes a message."""

    def tell(self, request: HttpRequest) -> None:
        for problem in [each for errors in self.errors.values() for each in errors]:
            messages.error(request, problem)
