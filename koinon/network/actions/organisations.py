"""Register organisations and change what is known of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from koinon.kit import files, prose
from koinon.kit.languages import texts
from koinon.kit.verbs import Actor, verb
from koinon.kit.vocabularies import eurovoc
from koinon.kit.vocabularies.countries import country_codes, language_codes
from koinon.network import rules, seams
from koinon.network.actions import naming
from koinon.network.actions.naming import KEEP, given
from koinon.network.engine import gazetteer
from koinon.network.models import Kind, Organisation, Place, Size

LONGEST_ABOUT = 6000
MOST_THEMES = 12


@verb("network.organisation_registered", rule=rules.may_register)
def register(
    *,
    by: Actor,
    names: Mapping[str, str],
    language: str,
    kind: str,
    country: str = "",
    place: Place | None = None,
    website: str = "",
    about: str = "",
    abouts: Mapping[str, str] | None = None,
    size: str = "",
    languages: Sequence[str] = (),
    themes: Sequence[str] = (),
    aliases: Sequence[str] = (),
    slug: str = "",
    is_demo: bool = False,
) -> Organisation:
    """A new organisation, seen by nobody else until a network admits it. `themes` are EuroVoc ids.

    Raises ValidationError by field: name, kind, website, about, themes.
    """
    organisation = Organisation(language=language, is_demo=is_demo)
    organisation.confirmed_at = timezone.now() if by.is_known and not by.is_machine else None
    facts = {"names": names, "aliases": aliases, "kind": kind, "size": size, "place": place, "country": country}
    _put(organisation, {**facts, "website": website, "about": about, "languages": languages, "themes": themes})
    naming.save_with_slug(organisation, slug or organisation.names[language], "organisation")
    _translate(organisation, abouts, by)
    seams.organisation_changed.gather([organisation.pk])
    return organisation


@verb("network.organisation_edited", rule=rules.may_edit_organisation)
def edit(
    *,
    by: Actor,
    organisation: Organisation,
    language: str = "",
    names: Mapping[str, str] = KEEP,
    aliases: Sequence[str] = KEEP,
    kind: str = KEEP,
    size: str = KEEP,
    place: Place | None = KEEP,
    country: str = KEEP,
    website: str = KEEP,
    about: str = KEEP,
    abouts: Mapping[str, str] | None = None,
    languages: Sequence[str] = KEEP,
    themes: Sequence[str] = KEEP,
    logo: UploadedFile | None = None,
    without_logo: bool = False,
) -> Organisation:
    """Change what is given, leave the rest. `logo` is an image file, written anew; `abouts` are translations.

    Raises ValidationError when it was merged into another one meanwhile: nothing is written into an entry nobody sees.
    """
    _read_again(organisation)
    organisation.language = language or organisation.language
    facts = {"names": names, "aliases": aliases, "kind": kind, "size": size, "place": place, "country": country}
    _put(organisation, given(**facts, website=website, about=about, languages=languages, themes=themes))
    if without_logo:
        organisation.logo = None
    if logo:
        organisation.logo = _keep_logo(organisation, logo, by)
    if rules.speaks_for(by=by, organisation=organisation):
        organisation.confirmed_at, organisation.asked_at = timezone.now(), None
    organisation.save()
    _translate(organisation, abouts, by)
    seams.organisation_changed.gather([organisation.pk])
    return organisation


def _read_again(organisation: Organisation) -> None:
    """The row as others left it, locked: two people who edit at once change different fields without loss."""
    organisation.refresh_from_db(from_queryset=Organisation.objects.select_for_update())
    if organisation.merged_into_id is not None:
        raise ValidationError(merged_meanwhile(organisation))


def merged_meanwhile(organisation: Organisation) -> str:
    """What somebody is told who was writing while two entries became one."""
    kept = organisation.merged_into
    facts = {"gone": organisation, "kept": kept}
    return (
        _("%(gone)s was merged into %(kept)s while you were writing. Nothing you typed is lost: it stands below.")
        % facts
    )


def _put(organisation: Organisation, changes: Mapping[str, Any]) -> None:
    """Write tidy values into the row; each field says in its own words what is wrong."""
    if "names" in changes:
        organisation.names = naming.tidy_names(changes["names"], organisation.language)
    if "aliases" in changes:
        tidy = (prose.line(alias)[: naming.LONGEST_NAME] for alias in changes["aliases"])
        organisation.aliases = list(dict.fromkeys(alias for alias in tidy if alias))[:20]
    if "kind" in changes:
        organisation.kind = _one_of(changes["kind"], Kind.values, "kind")
    if "size" in changes:
        organisation.size = _one_of(changes["size"], ["", *Size.values], "size")
    if "place" in changes or "country" in changes:
        organisation.place = changes.get("place", organisation.place)
        country = organisation.place.country if organisation.place else changes.get("country", "").upper()
        organisation.country = _one_of(country, ["", *country_codes()], "country")
    if "website" in changes:
        organisation.website = naming.tidy_website(changes["website"])
        organisation.domain = naming.domain_of(organisation.website)
    if "about" in changes:
        organisation.about = prose.said(changes["about"], "about", LONGEST_ABOUT)
        organisation.about_html = prose.html_of(organisation.about)
    if "languages" in changes:
        organisation.languages = [code for code in dict.fromkeys(changes["languages"]) if code in set(language_codes())]
    if "themes" in changes:
        organisation.themes = _known_themes(changes["themes"])
    original = organisation.names[organisation.language]
    spellings = (*organisation.names.values(), *organisation.aliases)
    organisation.keys = gazetteer.joined(gazetteer.search_keys(original, spellings))


def _one_of(value: str, allowed: Sequence[str], field: str) -> str:
    if value not in allowed:
        raise ValidationError({field: [_("Please choose one of the list.")]})
    return value


def _known_themes(themes: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(themes))
    if len(wanted) > MOST_THEMES:
        raise ValidationError({"themes": [_("Please choose at most %(limit)s themes.") % {"limit": MOST_THEMES}]})
    return [theme for theme in wanted if eurovoc.concept(theme)]


def _keep_logo(organisation: Organisation, logo: UploadedFile, by: Actor) -> Any:
    try:
        return files.keep_image(file=logo, alt="", person=by.person, scope=organisation.pk, is_public=True)
    except ValidationError as problem:
        raise ValidationError({"logo": problem.messages}) from problem


def _translate(organisation: Organisation, abouts: Mapping[str, str] | None, by: Actor) -> None:
    for language, text in (abouts or {}).items():
        if language != organisation.language:
            said = prose.said(text, "about", LONGEST_ABOUT)
            texts.write(noun=organisation, field="about", language=language, text=said, person=by.person)
