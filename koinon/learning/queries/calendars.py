"""Dates of cohorts as entries of a calendar."""

from koinon.accounts.notices import absolute
from koinon.kit import calendars
from koinon.kit.addresses import to
from koinon.learning.models import Session


def entry(session: Session) -> calendars.Entry:
    """One date, as a feed or a file shows it; `session.run` is read."""
    return calendars.Entry(
        uid=session.uid, title=f"{session.title} · {session.run.title}", starts=session.starts_at, ends=session.ends_at,
        text=session.link, url=absolute(to("learning:run", session.run_id)), place=session.place or session.link,
        is_cancelled=session.is_cancelled,
    )  # fmt: skip
