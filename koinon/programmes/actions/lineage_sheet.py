"""The sheet that the pages of a lineage read: made anew by one function, from the rows as they are. No verbs."""

from django.db import connection, transaction
from django.utils import timezone

from koinon.programmes.engine import sheet
from koinon.programmes.models import LineageSheet, Programme
from koinon.programmes.queries import lineage_rows


@transaction.atomic
def renew(programme: Programme) -> LineageSheet:
    """Whatever stood there, it stands as the rows are now; two that come at once come one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"lineage {programme.pk}"])
    facts = sheet.made(*lineage_rows.of_sheet(programme))
    made, _is_new = LineageSheet.objects.update_or_create(
        programme=programme, defaults={"facts": facts, "made_at": timezone.now()}
    )
    return made
