"""What people may say about themselves."""

from typing import Any
from zoneinfo import available_timezones

from allauth.account import forms as library
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from koinon.accounts import queries, rules
from koinon.accounts.models import Person, Preference, Sight
from koinon.kit import prose
from koinon.kit.forms import Form
from koinon.kit.vocabularies import countries

NEAR = ("sq", "en", "el", "lt", "mk", "sl", "nb", "sr", "bs", "hr", "bg", "tr", "de", "fr")
REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
LABELS = {
    "name": gettext_lazy("Name"),
    "pronouns": gettext_lazy("Pronouns"),
    "languages": gettext_lazy("Languages you speak"),
    "about": gettext_lazy("About you"),
    "photo": gettext_lazy("Photo"),
    "email": gettext_lazy("Work e-mail"),
    "zone": gettext_lazy("Time zone"),
}


def zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Time zones by part of the world, for a select."""
    groups: dict[str, list[tuple[str, str]]] = {region: [] for region in REGIONS}
    for name in sorted(available_timezones()):
        region, _slash, city = name.partition("/")
        if region in groups and city:
            groups[region].append((name, city.replace("_", " ")))
    return [("UTC", [("UTC", "UTC")]), *groups.items()]


def spoken() -> list[tuple[str, str]]:
    """The languages of our networks, each in its own name."""
    return [(code, countries.own_name(code)) for code in NEAR]


class AskLink(Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class Profile(Form):
    name = forms.CharField(label=LABELS["name"], max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    pronouns = forms.CharField(label=LABELS["pronouns"], max_length=40, required=False)
    languages = forms.MultipleChoiceField(
        label=LABELS["languages"], choices=spoken, required=False, widget=forms.CheckboxSelectMultiple
    )
    more_languages = forms.CharField(
        label=gettext_lazy("Other languages you speak"),
        help_text=gettext_lazy("With commas between them, for example: Danish, Romani."),
        max_length=200,
        required=False,
    )
    about = forms.CharField(
        label=LABELS["about"],
        help_text=gettext_lazy("What you do, and what others may ask you about."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of pages and letters"), choices=settings.LANGUAGES)
    zone = forms.ChoiceField(label=LABELS["zone"], choices=zones)
    photo = forms.FileField(
        label=LABELS["photo"],
        help_text=gettext_lazy("JPEG, PNG or WebP. It is made smaller, and place and time of the shot are removed."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    photo_alt = forms.CharField(
        label=gettext_lazy("What the photo shows"),
        help_text=gettext_lazy("In a few words, for those who cannot see it."),
        max_length=300,
        required=False,
    )
    without_photo = forms.BooleanField(label=gettext_lazy("Remove my photo"), required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _as_form(person))
        super().__init__(*args, **kwargs)
        if person.photo_id is None:
            del self.fields["without_photo"]

    def clean_name(self) -> str:
        return prose.line(self.cleaned_data["name"])

    def clean_pronouns(self) -> str:
        return prose.line(self.cleaned_data["pronouns"])

    def clean_about(self) -> str:
        return prose.clean(self.cleaned_data["about"])

    def clean_more_languages(self) -> list[str]:
        words = [word.strip() for word in self.cleaned_data["more_languages"].split(",") if word.strip()]
        found = {word: countries.find_language(word) for word in words}
        unknown = [word for word, code in found.items() if code is None]
        if unknown:
            raise ValidationError(_("We do not know this language: %(names)s") % {"names": ", ".join(unknown)})
        return [code for code in found.values() if code]

    def said(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        said["languages"] = list(dict.fromkeys([*said["languages"], *said.pop("more_languages")]))
        return said


def _as_form(person: Person) -> dict[str, Any]:
    locale = get_language() or "en"
    return {
        "name": person.name,
        "pronouns": person.pronouns,
        "languages": [code for code in person.languages if code in NEAR],
        "more_languages": ", ".join(
            countries.language_name(code, locale) for code in person.languages if code not in NEAR
        ),
        "about": person.about,
        "language": person.language,
        "zone": person.zone,
        "photo_alt": person.photo.alt if person.photo else "",
    }


class Sights(Form):
    """One question for each field: who may see it."""

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = queries.sights_of(person)
        for field in rules.FIELDS:
            self.fields[field] = forms.ChoiceField(
                label=LABELS[field], choices=Sight.choices, initial=rules.sight_of(field, chosen)
            )

    def said(self) -> dict[str, Any]:
        return {"sights": dict(self.cleaned_data)}


class Paces(Form):
    """One question for each kind of notice: how often by e-mail."""

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = dict(Preference.objects.filter(person=person).values_list("kind", "pace"))
        self.names = {f"kind-{number}": kind for number, kind in enumerate(queries.kinds())}
        for name, kind in self.names.items():
            title, usual = queries.kinds()[kind]
            self.fields[name] = forms.ChoiceField(
                label=title, choices=Preference.Pace.choices, initial=mine.get(kind, usual)
            )

    def said(self) -> dict[str, Any]:
        return {"paces": {self.names[name]: pace for name, pace in self.cleaned_data.items()}}


class ActFor(Form):
    organisation = forms.UUIDField(required=False)


class Become(Form):
    person = forms.UUIDField()


class Forget(Form):
    sure = forms.BooleanField(label=gettext_lazy("Yes, forget me. I know that this cannot be undone."))

    def said(self) -> dict[str, Any]:
        return {}


class Login(library.LoginForm):
    """The library's form in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = AskLink.base_fields["email"].label


class Signup(library.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = AskLink.base_fields["email"].label


class ResetPassword(library.ResetPasswordForm):
    """A new address opens nothing before it is confirmed: it may be somebody else's, by a slip or on purpose."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = AskLink.base_fields["email"].label

    def clean_email(self) -> str:
        email: str = super().clean_email()
        self.users = [user for user in self.users if user.email.lower() == email.lower()]
        return email


class RequestCode(library.RequestLoginCodeForm):
    """The same for codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = AskLink.base_fields["email"].label

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if self._user and self._user.email.lower() != email.lower():
            self._user = None
        return email


class NewAddress(library.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = gettext_lazy("New e-mail")


class AddPasskey(AddWebAuthnForm):
    """A passkey that signs in alone is what most people want: ticked at first, explained in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = gettext_lazy("Name of the passkey")
        self.fields["passwordless"].label = gettext_lazy("It may sign me in alone")
        self.fields["passwordless"].help_text = gettext_lazy(
            "Your device then asks for fingerprint, face or PIN. Untick it for a simple security key."
        )
        self.fields["passwordless"].initial = True


class AnswerLetter(Form):
    """In the demo's mailbox: an answer, as a mail program would send it."""

    text = forms.CharField(label=gettext_lazy("Your answer"), max_length=5000, widget=forms.Textarea(attrs={"rows": 5}))
