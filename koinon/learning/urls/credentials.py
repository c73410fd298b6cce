"""Addresses for badges: giving, keeping, showing, checking."""

from django.urls import URLPattern, path, re_path

from koinon.learning.views import achievements, awards, badges, event_badges, issuers, wallet

LIST = r"^issuers/(?P<slug>[-\w]+)/status/(?P<number>\d{1,9})/(?P<purpose>revocation|suspension)\.(?P<form>jwt|json)$"
ART = r"^badges/art/(?P<key>[0-9a-f-]{36})\.(?P<form>png|svg)$"
FILE = r"^badges/(?P<key>[0-9a-f-]{36})/badge\.(?P<form>jwt|json|png|svg)$"

urlpatterns: list[URLPattern] = [
    path("badges/", wallet.wallet, name="wallet"),
    path("badges/all.zip", wallet.archive, name="badges_zip"),
    path("badges/verify/", badges.verify, name="badge_verify"),
    path("badges/shared/<str:key>/", badges.shared, name="badge_shared"),
    path("badges/shares/<uuid:key>/stop/", wallet.unshare, name="badge_unshare"),
    path("badges/endorsements/<uuid:key>/", achievements.endorsement, name="endorsement"),
    re_path(ART, issuers.art, name="badge_art"),
    re_path(FILE, wallet.file, name="badge_file"),
    path("badges/<uuid:key>/", wallet.badge, name="badge"),
    path("badges/<uuid:key>/certificate.pdf", wallet.certificate, name="badge_certificate"),
    path("badges/<uuid:key>/check/", badges.check, name="badge_check"),
    path("badges/<uuid:key>/check.html", badges.check_file, name="badge_check_file"),
    path("badges/<uuid:key>/<slug:step>/", awards.step, name="badge_step"),
    path("issuers/<slug:slug>/", issuers.issuer, name="issuer"),
    path("issuers/<slug:slug>/did.json", issuers.did, name="issuer_did"),
    re_path(LIST, issuers.status_list, name="status_list"),
    path("issuers/<slug:slug>/keys/", issuers.keys, name="issuer_keys"),
    path("issuers/<slug:slug>/keys/<slug:kind>/new/", issuers.rotate, name="issuer_rotate"),
    path("issuers/<slug:slug>/keys/<uuid:key>/withdraw/", issuers.withdraw, name="issuer_withdraw"),
    path("issuers/<slug:slug>/desk/", achievements.desk, name="issuer_desk"),
    path("issuers/<slug:slug>/desk/new/", achievements.new, name="achievement_new"),
    path("issuers/<slug:slug>/desk/<uuid:key>/", achievements.achievement, name="achievement_desk"),
    path("issuers/<slug:slug>/desk/<uuid:key>/edit/", achievements.edit, name="achievement_edit"),
    path("issuers/<slug:slug>/desk/<uuid:key>/retire/", achievements.retire, name="achievement_retire"),
    path("issuers/<slug:slug>/<uuid:key>/", issuers.achievement, name="achievement"),
    path("events/<slug:slug>/badges/", event_badges.event_badges, name="event_badges"),
    path("events/<slug:slug>/badges/<uuid:key>/remove/", event_badges.remove, name="event_badge_remove"),
    path("runs/<uuid:key>/teach/badges/", awards.run_badges, name="run_badges"),
]
