"""Letters: written with the decision, numbered in its transaction, set as PDF by a job, kept as they were sent."""

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.kit import files, jobs, pdf, prose
from koinon.kit.forms import conflict
from koinon.kit.templatetags.kit import day
from koinon.kit.verbs import Actor, only_machine, verb
from koinon.kit.vocabularies.countries import country_name
from koinon.network import rules
from koinon.network.engine import letters as engine
from koinon.network.models import Application, Letter, LetterText, Network, Organisation, name_in
from koinon.network.notices import letters as words

TEMPLATE = Path(__file__).resolve().parent.parent / "data" / "letter.typ"

conflict("letter_number_once", None, gettext_lazy("Another letter was written at the same moment: please try again."))


@verb("network.letter_written", rule=rules.may_write_letter)
def write(*, by: Actor, application: Application, kind: str, **facts: Any) -> Letter:
    """The letter of a decision about an application, in the applicant's language; see `write_to` for others."""
    more = {
        "applicant": str(application.applicant),
        "reason": application.reason,
        "again_on": day_in(application.language, application.again_on) if application.again_on else "",
        "class": application.in_class.names if application.in_class else "",
        **facts,
    }
    return _write(application.network, application.organisation, kind, application.language, more, application)


@verb("network.letter_sent", rule=rules.may_run)
def write_to(
    *, by: Actor, network: Network, organisation: Organisation, kind: str, language: str, **facts: Any
) -> Letter:
    """A letter to a member (`facts`: what the variables of its kind say, as words of that language)."""
    return _write(network, organisation, kind, language, facts, None)


@verb("network.letter_printed", rule=only_machine)
def print_out(*, by: Actor, letter: Letter) -> Letter:
    """Set the PDF and keep it, for readers of the letter only; twice does no harm."""
    if letter.file_id is None:
        with translation.override(letter.language):
            made = pdf.write(TEMPLATE, set_in_words(letter), language=letter.language)
            name = _("letter-%(number)s.pdf") % {"number": f"{letter.year}-{letter.number}"}
        letter.file = files.keep_paper(made, name=name, media_type="application/pdf", scope=letter.pk)
        letter.save(update_fields=["file"])
    return letter


@verb("network.letter_text_set", rule=rules.may_run)
def set_text(*, by: Actor, network: Network, kind: str, language: str, subject: str, text: str) -> LetterText:
    """The network's own words for a kind of letter in one language; empty takes them back to ours."""
    if kind not in words.KINDS:
        raise ValidationError({"kind": [_("Please choose one of the list.")]})
    subject, text = prose.line(subject)[:300], prose.clean(text)[:6000]
    for field, said in (("subject", subject), ("text", text)):
        if unknown := engine.unknown(said, words.VARIABLES):
            names = {"names": ", ".join(f"{{{name}}}" for name in unknown)}
            raise ValidationError({field: [_("We do not know %(names)s.") % names]})
        if not said:
            raise ValidationError({field: [_("Please write a few words.")]})
    row, _made = LetterText.objects.update_or_create(
        network=network, kind=kind, language=language, defaults={"subject": subject, "text": text}
    )
    return row


def set_in_words(letter: Letter) -> dict[str, Any]:
    """What the template needs, in the letter's language."""
    organisation = letter.organisation
    place = organisation.place
    country = country_name(organisation.country, letter.language) if organisation.country else ""
    return {
        "sender": name_in(letter.network.names, letter.network.language, letter.language),
        "sender_line": settings.KOINON_URL,
        "addressee": [part for part in (letter.addressee, place.native if place else "", country) if part],
        "reference": [_("No. %(number)s") % {"number": letter.reference}, day_in(letter.language, letter.made_at)],
        "subject": letter.subject,
        "paragraphs": [part.strip() for part in letter.text.split("\n\n") if part.strip()],
        "facts": [],
        "closing": [part for part in letter.signed_by.split("\n") if part],
        "footer": f"{letter.reference} · {letter.pk}",
    }


def day_in(language: str, on: Any) -> str:
    """A day as it is written in a language."""
    with translation.override(language):
        return day(on)


def text_of(network: Network, kind: str, language: str) -> tuple[str, str, str]:
    """(language, subject, text) of a kind: the network's words in that language, ours, or the network's in its own."""
    own = {row.language: row for row in LetterText.objects.filter(network=network, kind=kind)}
    chosen = own.get(language)
    if chosen is None and language not in dict(settings.LANGUAGES):
        chosen = own.get(network.language)
        language = network.language if chosen is not None or network.language in dict(settings.LANGUAGES) else "en"
    if chosen is not None:
        return chosen.language, chosen.subject, chosen.text
    with translation.override(language):
        return language, str(words.KINDS[kind].subject), str(words.KINDS[kind].text)


def _write(
    network: Network,
    organisation: Organisation,
    kind: str,
    wanted: str,
    facts: dict[str, Any],
    application: Application | None,
) -> Letter:
    language, subject, text = text_of(network, kind, wanted)
    said = {
        "organisation": name_in(organisation.names, organisation.language, language),
        "network": name_in(network.names, network.language, language),
        "day": day_in(language, date.today()),
        **{name: name_in(value, network.language, language) if isinstance(value, dict) else str(value)
           for name, value in facts.items()},
    }  # fmt: skip
    with translation.override(language):
        signed = _("The coordinators of %(network)s") % {"network": said["network"]}
    year, number = _next(network)
    letter = Letter.objects.create(
        network=network,
        year=year,
        number=number,
        kind=kind,
        organisation=organisation,
        application=application,
        language=language,
        subject=engine.fill(subject, said)[:300],
        text=engine.fill(text, said),
        addressee=said["organisation"][:300],
        signed_by=signed,
    )
    from koinon.network.clock.admission import print_letter

    jobs.later(print_letter, letter=str(letter.pk))
    return letter


def _next(network: Network) -> tuple[int, int]:
    """Year and number; letters of one network queue up here, so that none is left out and none is given twice."""
    Network.objects.select_for_update(no_key=True).get(pk=network.pk)
    year = date.today().year
    last = Letter.objects.filter(network=network, year=year).aggregate(last=Max("number"))["last"] or 0
    return year, last + 1
