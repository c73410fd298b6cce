"""A network's public calls for feed readers: exactly what a visitor may read, kept for everybody for a minute."""

from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from koinon.kit import doors
from koinon.kit.verbs import VISITOR
from koinon.matching.models import Listing
from koinon.network.models import Network

SHOWN = 40


class Calls(Feed):  # type: ignore[type-arg]
    """Open needs and offers, the newest first; paid services are left out."""

    feed_type = Rss201rev2Feed

    def get_object(self, request: HttpRequest, slug: str) -> Network:
        return doors.fetch(Network.objects.visible_to(VISITOR), slug=slug)

    def title(self, network: Network) -> str:
        return _("Needs and offers of %(network)s") % {"network": network}

    def link(self, network: Network) -> str:
        return reverse("matching:needs", args=[network.slug])

    def description(self, network: Network) -> str:
        return _("What members look for and what they offer, the newest first.")

    def items(self, network: Network) -> Any:
        rows = Listing.objects.visible_to(VISITOR).running().filter(network=network, is_service=False)
        return rows.select_related("organisation").order_by("-opened_at", "-pk")[:SHOWN]

    def item_title(self, item: Listing) -> str:  # type: ignore[override]
        return f"{item.get_side_display()}: {item.title}"

    def item_description(self, item: Listing) -> str:  # type: ignore[override]
        return strip_tags(item.text_html or item.text)

    def item_link(self, item: Listing) -> str:
        return reverse("matching:listing", args=[item.pk])

    def item_pubdate(self, item: Listing) -> Any:
        return item.opened_at or item.made_at

    def item_author_name(self, item: Listing) -> str:
        return str(item.organisation)

    def item_categories(self, item: Listing) -> list[str]:
        return [str(item.get_kind_display())]


@require_GET
def calls(request: HttpRequest, slug: str) -> HttpResponse:
    """RSS; a network that is not public has none, for nobody."""
    answer = Calls()(request, slug=slug)
    request.is_cacheable = True  # type: ignore[attr-defined]
    return answer
