"""The code of a registration as people carry it: in a QR code on a page, on a badge, in a letter."""

import io

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from koinon.events.engine.scans import PREFIX
from koinon.events.models import Registration


def text(registration: Registration) -> str:
    """What stands in the code."""
    return f"{PREFIX}{registration.code}"


def qr(registration: Registration) -> SafeString:
    """Drawn into the page: no file, no request, dark on white in both themes."""
    drawn = mark_safe(svg(text(registration)))  # noqa: S308  (made here, of letters and digits of ours)
    words = _("Your code for the door: %(code)s") % {"code": registration.code}
    return format_html('<div class="k-qr" role="img" aria-label="{}">{}</div>', words, drawn)


def svg(said: str) -> str:
    """A code as lines of SVG without a size of its own."""
    import segno  # only those pages that show a code need it

    out = io.BytesIO()
    code = segno.make(said, error="m", micro=False)
    code.save(out, kind="svg", xmldecl=False, svgns=True, border=3, dark="#000", light="#fff", omitsize=True)
    return out.getvalue().decode()
