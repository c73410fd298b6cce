"""What a person says about themselves, who may see it, what they agreed to."""

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koinon.accounts import rules
from koinon.accounts.models import Consent, Person, Sight, Visibility
from koinon.accounts.notices.agreements import MATTERS
from koinon.kit import files
from koinon.kit.verbs import Actor, verb

NOT_YOURS = gettext_lazy("Only the person may change this account.")


@verb("accounts.profile_changed", rule=rules.may_change, refusal=NOT_YOURS)
def change_profile(
    *,
    by: Actor,
    person: Person,
    name: str,
    pronouns: str = "",
    languages: Sequence[str] = (),
    language: str = "",
    zone: str = "",
    about: str = "",
    photo: UploadedFile | None = None,
    photo_alt: str = "",
    without_photo: bool = False,
) -> None:
    """Write the profile. Raises ValidationError for a photo that is no image or has no words for those who listen."""
    person.name, person.pronouns, person.about = name, pronouns, about
    person.languages = list(languages)
    person.language = language or person.language
    person.zone = zone or person.zone
    old = person.photo
    if photo is not None:
        if not photo_alt:
            raise ValidationError({"photo_alt": _("Please say in a few words what the photo shows.")})
        try:
            person.photo = files.keep_image(file=photo, alt=photo_alt, person=person.pk)
        except ValidationError as problem:
            raise ValidationError({"photo": problem.messages}) from problem
    elif without_photo:
        person.photo = None
    elif old is not None and old.alt != photo_alt:
        type(old).objects.filter(pk=old.pk).update(alt=photo_alt)
    person.save()
    if old is not None and person.photo_id != old.pk:
        files.drop(old)


@verb("accounts.language_chosen", rule=rules.may_change, refusal=NOT_YOURS)
def choose_language(*, by: Actor, person: Person, language: str) -> None:
    """Pages and letters come in this language from now on."""
    if language in dict(settings.LANGUAGES):
        Person.objects.filter(pk=person.pk).update(language=language)


@verb("accounts.sights_changed", rule=rules.may_change, refusal=NOT_YOURS)
def show_to(*, by: Actor, person: Person, sights: Mapping[str, str]) -> None:
    """Say for each field who may see it. Public ones need the consent: else ValidationError beside the field."""
    agreed = set(Consent.objects.filter(person=person, withdrawn_at=None).values_list("matter", flat=True))
    wrong = [field for field, sight in sights.items() if sight == Sight.PUBLIC and rules.PUBLIC_NEEDS not in agreed]
    if wrong:
        words = _("First agree to being listed in public, under “What I agreed to”.")
        raise ValidationError({field: words for field in wrong})
    for field in rules.FIELDS:
        if field in sights:
            Visibility.objects.update_or_create(person=person, field=field, defaults={"sight": sights[field]})


@verb("accounts.agreed", rule=rules.may_agree, refusal=NOT_YOURS)
def agree(*, by: Actor, person: Person, matter: str, language: str) -> Consent:
    """Keep what was agreed to: words as shown, version, language, time. Agreeing twice changes nothing."""
    words = MATTERS[matter]
    running = Consent.objects.select_for_update().filter(person=person, matter=matter, withdrawn_at=None).first()
    if running is not None and running.version == words.version:
        return running
    if running is not None:
        Consent.objects.filter(pk=running.pk).update(withdrawn_at=timezone.now())
    with translation.override(language):
        text = str(words.text)
    return Consent.objects.create(person=person, matter=matter, version=words.version, language=language, text=text)


@verb("accounts.withdrew", rule=rules.may_agree, refusal=NOT_YOURS)
def withdraw(*, by: Actor, person: Person, matter: str) -> None:
    """As easy as agreeing: from now on it no longer holds, and what was public under it is closed at once."""
    Consent.objects.filter(person=person, matter=matter, withdrawn_at=None).update(withdrawn_at=timezone.now())
    if matter == rules.PUBLIC_NEEDS:
        Visibility.objects.filter(person=person, sight=Sight.PUBLIC).update(sight=Sight.NETWORKS)
