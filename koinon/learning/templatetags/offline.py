"""What pages of learning say to the device: that they can be installed, and whose saved lessons may be shown."""

import json
from html import escape

from django import template
from django.templatetags.static import static
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from koinon.kit.addresses import to
from koinon.kit.verbs import Actor

register = template.Library()


def owner_of(me: Actor | None) -> str:
    """The name of a person on their device: tells nothing about them and is the same each time; "" for visitors."""
    return salted_hmac("koinon.offline", str(me.person)).hexdigest()[:24] if me is not None and me.is_known else ""


@register.simple_tag(takes_context=True)
def offline_head(context: template.Context) -> SafeString:
    """For block head: manifest, script, and whose device this is now. No query."""
    request = context.get("request")
    owner = owner_of(getattr(request, "me", None)) if request is not None else ""
    said = f' data-owner="{owner}"' if owner else ""
    return SafeString(
        f'<link rel="manifest" href="{to("learning:manifest")}">\n'
        f'<script src="{escape(static("learning/offline.js"))}" defer{said} data-worker="{to("learning:worker")}"'
        f' data-outbox="{to("learning:outbox")}" data-page="{to("learning:offline")}"'
        f" data-words='{escape(json.dumps(_words(), ensure_ascii=False))}'></script>"
    )


@register.simple_tag(takes_context=True)
def draft_head(context: template.Context) -> SafeString:
    """For block head: words half-written in a form with data-draft stay on the device of who writes them. No query."""
    request = context.get("request")
    owner = owner_of(getattr(request, "me", None)) if request is not None else ""
    whose = f' data-owner="{owner}"' if owner else ""
    said = {
        "back": _("These words were left on this device; they are not saved yet."),
        "undo": _("Back to what was saved"),
    }
    return SafeString(
        f'<script src="{escape(static("learning/drafts.js"))}" defer{whose}'
        f" data-words='{escape(json.dumps(said, ensure_ascii=False))}'></script>"
    )


def _words() -> dict[str, str]:
    return {
        "waiting": _("Waiting on this device to be sent: %(number)s"),
        "look": _("Look at it"),
        "kept": _("Kept on this device. It is sent as soon as there is a connection."),
        "not_kept": _("This device could not keep it: please copy your text and try again."),
        "newer": _("There is a newer version of the pages for reading without a connection."),
        "use": _("Use it now"),
    }
