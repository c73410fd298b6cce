"""Inside the verbs of badges: one issuer at a time, its keys unlocked, its lists signed. No verbs of its own."""

from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from koinon.learning.engine.badges import keys, statuses
from koinon.learning.engine.badges.facts import PURPOSES, StatusPlace
from koinon.learning.engine.badges.signing import Signer
from koinon.learning.models import Award, IssuerKey, PublishedList, StatusList
from koinon.learning.queries import issuers
from koinon.network.models import Organisation

FORMS = ("jwt", "json")
BITS = {"revocation": "revoked", "suspension": "suspended"}


def hold(organisation: Organisation) -> None:
    """One after the other for an issuer, until the transaction ends: keys, places in lists and what lists say."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"issuer:{organisation.pk}"])


def key_in_force(organisation: Organisation, kind: str) -> IssuerKey:
    """The key that signs now, made on first use. The issuer is held."""
    row = IssuerKey.objects.filter(organisation=organisation, kind=kind, until=None, stolen_at=None).first()
    if row is not None:
        return row
    made = keys.new_key(issuers.KINDS[kind], timezone.now())
    return IssuerKey.objects.create(
        organisation=organisation, kind=kind, kid=made.id, public=made.public,
        private=keys.seal(made, settings.SECRET_KEY),
    )  # fmt: skip


def signer(organisation: Organisation, kind: str, at: str) -> tuple[Signer, IssuerKey]:
    """Who signs for an organisation at an address of the site. Raises ValidationError when the key cannot be opened."""
    row = key_in_force(organisation, kind)
    try:
        opened = keys.unseal(row.private, settings.SECRET_KEY, made=row.since)
    except keys.NotOurs as problem:
        raise ValidationError(
            _("The issuer's key cannot be opened: the secret of this site was changed. Replace the key and try again.")
        ) from problem
    return Signer(issuers.did_of(organisation.slug, at), opened), row


def place(organisation: Organisation) -> tuple[StatusList, int]:
    """A free place at random in the issuer's list of today's address; another list begins when one is full.

    The issuer is held, so that two awards of one moment never take the same place; the database refuses it as well.
    """
    here = issuers.base()
    row = StatusList.objects.filter(organisation=organisation, base=here, is_full=False).first()
    taken = Award.objects.filter(status_list=row).count() if row else 0
    if row and taken >= row.size * 3 // 4:
        StatusList.objects.filter(pk=row.pk).update(is_full=True)
        row = None
    if row is None:
        last = StatusList.objects.filter(organisation=organisation).order_by("-number").first()
        row = StatusList.objects.create(organisation=organisation, base=here, number=last.number + 1 if last else 1)
        publish(row)
    while Award.objects.filter(status_list=row, status_index=(index := statuses.free_index((), row.size))).exists():
        pass
    return row, index


def places(row: StatusList, index: int, form: str) -> tuple[StatusPlace, ...]:
    """The places of one badge in the lists of its own form."""
    return tuple(StatusPlace(issuers.list_address(row, each, form), each, index) for each in PURPOSES)


def publish(row: StatusList, purposes: Iterable[str] = PURPOSES) -> None:
    """Sign a list anew as its badges stand now, in both forms. The issuer is held."""
    now = timezone.now()
    signers = {
        "jwt": signer(row.organisation, "rsa", row.base)[0],
        "json": signer(row.organisation, "ed25519", row.base)[0],
    }
    for purpose in purposes:
        rows = Award.objects.filter(status_list=row, state=BITS[purpose])
        bits = sorted(rows.order_by().values_list("status_index", flat=True))
        for form in FORMS:
            said = statuses.list_credential(
                url=issuers.list_address(row, purpose, form), issuer=signers[form].did, purpose=purpose,
                set_indices=bits, now=now, size=row.size,
            )  # fmt: skip
            text = signers[form].token(said) if form == "jwt" else signers[form].linked(said, now)
            PublishedList.objects.update_or_create(
                list=row, purpose=purpose, form=form,
                defaults={"signed": text, "signed_at": now, "until": now + statuses.LASTS},
            )  # fmt: skip


def publish_all(organisation: Organisation) -> None:
    """All lists of an issuer: after a key was withdrawn, the lists it signed are worth nothing."""
    for row in StatusList.objects.filter(organisation=organisation).select_related("organisation"):
        publish(row)
