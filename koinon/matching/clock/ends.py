"""What time does: reminders a week before the last day, expiry, the end of open introductions."""

from datetime import date

from koinon.kit import jobs
from koinon.kit.verbs import machine
from koinon.matching import actions
from koinon.matching.models import Introduction, Listing

AT_ONCE = 500


@jobs.every("5 * * * *", "matching.expire")
def expire_listings() -> None:
    """Hourly: what has passed its last day leaves the lists; a small batch per hour keeps each run short."""
    for listing in Listing.objects.filter(state__in=["open", "paused"], until__lt=date.today()).order_by("pk")[
        :AT_ONCE
    ]:
        actions.listings.expire(by=machine("clock"), listing=listing)


@jobs.every("20 6 * * *", "matching.remind")
def remind_owners() -> None:
    """Each morning: a letter for every open listing that ends within seven days, once."""
    last = date.today() + actions.listings.REMIND_BEFORE
    for listing in Listing.objects.running().filter(until__lte=last, reminded_on=None).order_by("pk"):
        actions.listings.remind(by=machine("clock"), listing=listing)


@jobs.every("25 * * * *", "matching.close_introductions")
def close_introductions() -> None:
    """Hourly: introductions whose day has come close with the same words, whatever was said."""
    for row in Introduction.objects.filter(state="proposed", closes_on__lt=date.today()).order_by("pk")[:AT_ONCE]:
        actions.introductions.close(by=machine("clock"), introduction=row)
