"""Doors of the cascade: name -> (method, what each of test_doors.WHO meets)."""

from datetime import date

from django.urls import reverse

from koinon.kit import links
from koinon.programmes.notices.cascade import BEGIN, NEXT, SURVEY
from tests import factories

IN, GO, ASK, NONE, BAD = 200, 302, "sign in", 404, 405

ALL = (IN, IN, IN, IN, IN, IN, IN)
RUN = (IN, NONE, NONE, NONE, NONE, NONE, ASK)
GIVE = (NONE, IN, NONE, NONE, NONE, NONE, ASK)
GIVE_GO = (NONE, GO, NONE, NONE, NONE, NONE, ASK)

DOORS = {
    "programmes:ask": ("post", (GO, GO, GO, GO, GO, GO, ASK)),
    "programmes:people": ("get", RUN),
    "programmes:deliver": ("get", (NONE, IN, IN, NONE, NONE, NONE, ASK)),
    "programmes:deliveries": ("get", RUN),
    "programmes:way": ("get", (IN, IN, NONE, NONE, NONE, NONE, ASK)),
    "programmes:practice": ("post", (IN, IN, NONE, NONE, NONE, NONE, ASK)),
    "programmes:way_step": ("post", (GO, GO, NONE, NONE, NONE, NONE, ASK)),
    "programmes:grant": ("get", (IN, IN, NONE, NONE, NONE, NONE, ASK)),
    "programmes:grant_step": ("post", (IN, IN, NONE, NONE, NONE, NONE, ASK)),
    "programmes:begin": ("get", ALL),
    "programmes:join": ("get", ALL),
    "programmes:survey": ("get", ALL),
    "programmes:next": ("get", ALL),
    "programmes:participant": ("get", GIVE),
    "programmes:participant_step": ("post", GIVE_GO),
    "programmes:visit": ("get", (IN, IN, NONE, IN, NONE, NONE, ASK)),
    "programmes:visit_step": ("post", (GO, GO, NONE, GO, NONE, NONE, ASK)),
    "programmes:delivery": ("get", (IN, IN, NONE, IN, NONE, NONE, ASK)),
    "programmes:delivery_settings": ("get", GIVE),
    "programmes:delivery_step": ("post", (IN, GO, NONE, IN, NONE, NONE, ASK)),
    "programmes:delivery_course": ("post", GIVE_GO),
    "programmes:helper_leave": ("post", GIVE_GO),
    "programmes:report": ("get", GIVE),
    "programmes:propose": ("post", GIVE),
    "programmes:participants": ("get", (NONE, IN, NONE, IN, NONE, NONE, ASK)),
    "programmes:participant_add": ("post", GIVE),
    "programmes:participants_finished": ("post", GIVE_GO),
    "programmes:participant_list": ("post", GIVE),
    "programmes:participant_list_add": ("post", GIVE_GO),
    "programmes:participants_file": ("get", GIVE),
    "programmes:visit_plan": ("get", (IN, NONE, NONE, IN, NONE, NONE, ASK)),
}
"""Luka came of the delivery: what he sees of it is his own next one, not who sat beside him."""


def addresses(request):
    """Fatmir's delivery with a participant, a helper and a visit; somebody else on the way who came of it."""
    programme, delivery = request.getfixturevalue("programme"), request.getfixturevalue("delivery")
    grant = request.getfixturevalue("grant")
    row = factories.participant(delivery=delivery, email="comes@example.org", has_finished=True)
    helper = factories.person()
    delivery.helpers.add(helper)
    visit = factories.observation(delivery=delivery, on=date.today())
    way = factories.qualification(programme=programme, came_from=delivery)
    slug, key = programme.slug, delivery.pk
    places = {
        "ask": [slug], "people": [slug], "deliver": [slug], "deliveries": [slug], "way": [way.pk], "practice": [way.pk],
        "way_step": [way.pk, "leave"], "grant": [grant.pk], "grant_step": [grant.pk, "renew"],
        "join": [delivery.join_key], "survey": [links.make(SURVEY, participant=str(row.pk))],
        "begin": [links.make(BEGIN, programme=str(programme.pk), email="new@example.org")],
        "next": [links.make(NEXT, participant=str(row.pk))], "participant": [row.pk],
        "participant_step": [row.pk, "remove"], "visit": [visit.pk], "visit_step": [visit.pk, "missed"],
        "delivery_course": [key], "delivery": [key], "delivery_settings": [key], "delivery_step": [key, "new-link"],
        "helper_leave": [key, helper.pk], "report": [key], "propose": [key], "participants": [key],
        "participant_add": [key], "participants_finished": [key], "participant_list": [key],
        "participant_list_add": [key], "participants_file": [key], "visit_plan": [key],
    }  # fmt: skip
    return {f"programmes:{name}": reverse(f"programmes:{name}", args=args) for name, args in places.items()}
