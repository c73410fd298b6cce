"""QR codes as SVG that a page shows and a printer prints: no file, no request, dark on white in both themes."""

import io

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from koinon.learning.engine.pictures import PICTURES


def svg(address: str) -> SafeString:
    """The code of an address, named for those who do not see it."""
    import segno  # only those pages that show a code need it

    out = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(out, kind="svg", xmldecl=False, svgns=True, border=3, dark="#000", light="#fff", omitsize=True)
    drawn = mark_safe(out.getvalue().decode())  # noqa: S308  (made here, of an address of ours)
    return format_html('<div class="k-qr" role="img" aria-label="{}">{}</div>', _("QR code"), drawn)


def picture(key: str) -> SafeString:
    """One picture of a code, drawn as lines; its name stands beside it in words."""
    shapes = mark_safe(PICTURES[key][1])  # noqa: S308  (a constant of ours)
    return format_html(
        '<svg class="k-picture" viewBox="0 0 48 48" width="48" height="48" fill="none" stroke="currentColor"'
        ' stroke-width="2.5" stroke-linejoin="round" stroke-linecap="round" aria-hidden="true">{}</svg>',
        shapes,
    )
