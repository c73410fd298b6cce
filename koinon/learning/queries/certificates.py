"""A badge as it is carried away: baked pictures, files, the certificate on paper, all of them in one archive."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from koinon.accounts.notices import absolute
from koinon.kit import pdf
from koinon.kit.meaning.folding import fold
from koinon.kit.templatetags.kit import day
from koinon.learning.engine.badges import baking
from koinon.learning.models import Award, BadgeEndorsement
from koinon.learning.queries import verdicts
from koinon.network.models import name_in

TEMPLATE = Path(__file__).resolve().parent.parent / "data" / "certificate.typ"
FORMS = {
    "jwt": "application/vc+jwt", "json": "application/vc+ld+json", "png": "image/png", "svg": "image/svg+xml",
}  # fmt: skip
LINKED = ("json", "svg")
"""These hold the linked form, which a job makes a moment after the badge was given."""


def file_of(award: Award, form: str) -> bytes | None:
    """A badge in one of FORMS; None while its linked form is not there yet. Needs `award.art`."""
    if form in LINKED and not award.proved:
        return None
    if form == "jwt":
        return award.signed.encode()
    if form == "json":
        return award.proved.encode()
    if award.art is None:
        return None
    if form == "png":
        return baking.bake(bytes(award.art.png), award.signed)
    return baking.bake(award.art.svg.encode(), award.proved)


def file_name(award: Award, form: str) -> str:
    """In plain letters, so that it survives every disk: badge-reading-a-city-budget.png."""
    plain = unicodedata.normalize("NFKD", fold(str(award.achievement))).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60]
    return f"badge-{words or 'koinon'}-{str(award.pk)[:4]}.{form}"


def archive_of(awards: Iterable[Award]) -> bytes:
    """All badges in all their forms, with a word on how to check them."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for award in awards:
            for form in FORMS:
                if (data := file_of(award, form)) is not None:
                    archive.writestr(file_name(award, form), data)
        about = _(
            "These are your badges (Open Badges 3.0). Anybody can check them at %(address)s, or with other tools."
        )
        archive.writestr("README.txt", about % {"address": absolute(reverse("learning:badge_verify"))} + "\n")
    return file.getvalue()


def check_address(award: Award, key: str = "") -> str:
    """The page behind the QR code; with `key` it shows the name."""
    return absolute(reverse("learning:badge_check", args=[award.pk])) + (f"?key={key}" if key else "")


def certificate(award: Award, key: str, language: str) -> bytes:
    """The PDF in the reader's language; what was signed stands in the language it was signed in."""
    with translation.override(language):
        return pdf.write(TEMPLATE, words_of(award, key), language=language)


def words_of(award: Award, key: str) -> dict[str, Any]:
    """All that stands on the certificate."""
    import segno

    facts = verdicts.facts_of(award)
    said, address = facts["achievement"], check_address(award, key)
    issuer = name_in(award.achievement.organisation.names, award.achievement.organisation.language)
    code = io.BytesIO()
    segno.make(address, error="m").save(code, kind="svg", border=2, xmldecl=False)
    endorsed = ", ".join(_endorsers(award))
    description = said["description"] if said["description"] != said["name"] else ""
    return {
        "title": f"{said['name']} · {award.name}", "kicker": _("Badge"), "badge": said["name"],
        "given_to": _("given to"), "name": award.name or _("A person without a name"), "description": description,
        "criteria_label": _("What somebody does for it"),
        "criteria": [part for part in said["criteria"].split("\n") if part.strip()],
        "competences_label": _("Competences it shows"),
        "competences": [each["name"] for each in said["alignments"]][:8],
        "picture": list(bytes(award.art.png)) if award.art else [], "picture_alt": said["name"],
        "qr": list(code.getvalue()), "qr_alt": _("QR code: %(address)s") % {"address": address},
        "check": _("Check this badge"), "address": address, "address_shown": check_address(award),
        "issuer": issuer, "did": facts["issuer"]["did"], "id": facts["id"], "dates": dates_of(award),
        "endorsed": _("Endorsed by %(names)s") % {"names": endorsed} if endorsed else "",
        "state": str(award.get_state_display()) if award.state != "issued" else "",
    }  # fmt: skip


def dates_of(award: Award) -> str:
    """Since when, until when, in words."""
    since = day(award.since.date())
    if award.until is None:
        return _("Given on %(day)s") % {"day": since}
    return _("Given on %(day)s, valid until %(until)s") % {"day": since, "until": day(award.until.date())}


def is_over(award: Award) -> bool:
    return award.until is not None and award.until < timezone.now()


def _endorsers(award: Award) -> list[str]:
    """Who stands behind it in the badge as it was signed."""
    rows = BadgeEndorsement.objects.filter(
        achievement=award.achievement_id, signed__in=verdicts.facts_of(award)["achievement"]["endorsements"]
    )
    return [str(row.organisation) for row in rows.select_related("organisation")]
