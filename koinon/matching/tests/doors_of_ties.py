"""Doors of ties, clusters, the picture and bridges, tried by the same people as all others (test_doors.py)."""

from koinon.kit import links
from tests import factories

IN, GO, ASK, NONE = 200, 302, 302, 404

#        address                              vesa  milos ana   stranger rival visitor
DOORS = {
    "matching:picture": ("get", (IN, IN, IN, NONE, NONE, NONE)),
    "matching:picture_data": ("get", (IN, IN, IN, NONE, NONE, NONE)),
    "matching:picture_export": ("get", (IN, IN, IN, NONE, NONE, ASK)),
    "matching:clusters": ("get", (IN, IN, IN, NONE, NONE, NONE)),
    "matching:cluster_new": ("get", (NONE, IN, IN, NONE, NONE, ASK)),
    "matching:bridges": ("get", (IN, NONE, NONE, NONE, NONE, ASK)),
    "matching:tie_new": ("get", (NONE, IN, NONE, NONE, NONE, ASK)),
    "matching:ties": ("get", (IN, IN, IN, IN, IN, ASK)),
    "matching:tie_by_link": ("get", (IN, IN, IN, IN, IN, IN)),
    "matching:tie": ("get", (NONE, IN, IN, NONE, NONE, NONE)),
    "matching:tie_move": ("post", (NONE, NONE, GO, NONE, NONE, ASK)),
    "matching:cluster": ("get", (IN, IN, IN, NONE, NONE, NONE)),
    "matching:cluster_edit": ("get", (NONE, IN, NONE, NONE, NONE, ASK)),
    "matching:cluster_move": ("post", (NONE, IN, NONE, NONE, NONE, ASK)),
    "matching:seat_move": ("post", (NONE, GO, NONE, NONE, NONE, ASK)),
    "matching:plan_move": ("post", (NONE, GO, NONE, NONE, NONE, ASK)),
    "matching:bridge_undo": ("post", (GO, NONE, NONE, NONE, NONE, ASK)),
    "matching:bridge": ("get", (IN, NONE, NONE, NONE, NONE, ASK)),
}


def addresses(*, network, organisation, other, milos):
    """Rows behind each door: a tie that waits for the other, a cluster that one coordinates and the other asks for."""
    tie = factories.tie(network=network, one=organisation, other=other, kind="project", state="declared")
    asked = factories.mandate(organisation=other, person=factories.person(), role="deputy").person
    token = links.make("matching.tie", tie=str(tie.pk), person=str(asked.pk))
    cluster = factories.cluster(network=network, origin="founded")
    factories.clustermember(cluster=cluster, organisation=organisation)
    factories.lead(cluster=cluster, person=milos, organisation=organisation)
    seat = factories.clustermember(cluster=cluster, organisation=other, state="asked")
    step = factories.planstep(cluster=cluster)
    bridge = factories.bridge(network=network, slot=1)
    aside = factories.bridge(network=network, slot=2, state="aside", why_aside="Not now.")
    here = f"/networks/{network.slug}"
    return {
        "matching:picture": f"{here}/picture/",
        "matching:picture_data": f"{here}/picture/data.json",
        "matching:picture_export": f"{here}/picture/ties.csv",
        "matching:clusters": f"{here}/clusters/",
        "matching:cluster_new": f"{here}/clusters/new/",
        "matching:bridges": f"{here}/bridges/",
        "matching:tie_new": f"{here}/ties/new/{other.slug}/",
        "matching:ties": "/ties/",
        "matching:tie_by_link": f"/ties/yes/{token}/",
        "matching:tie": f"/ties/{tie.pk}/",
        "matching:tie_move": f"/ties/{tie.pk}/confirm/",
        "matching:cluster": f"/clusters/{cluster.pk}/",
        "matching:cluster_edit": f"/clusters/{cluster.pk}/edit/",
        "matching:cluster_move": f"/clusters/{cluster.pk}/invite/",
        "matching:seat_move": f"/seats/{seat.pk}/admit/",
        "matching:plan_move": f"/plan/{step.pk}/done/",
        "matching:bridge_undo": f"/bridges/{aside.pk}/undo/",
        "matching:bridge": f"/bridges/{bridge.pk}/build/",
    }
