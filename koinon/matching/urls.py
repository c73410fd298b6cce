"""Addresses of offers, needs, replies, matches and introductions."""

from django.urls import path

from koinon.matching.views import introductions, listings, matches, replies

app_name = "matching"
urlpatterns = [
    # Of a network.
    path("networks/<slug:slug>/needs/", listings.needs, name="needs"),
    path("networks/<slug:slug>/offers/", listings.offers, name="offers"),
    path("networks/<slug:slug>/matches/", matches.matches, name="matches"),
    path("networks/<slug:slug>/introductions/", introductions.of_network, name="introductions_of"),
    # Offers and needs.
    path("listings/", listings.mine, name="mine"),
    path("listings/new/", listings.new, name="new"),
    path("listings/keep/<str:token>/", listings.renew_by_link, name="renew_by_link"),
    path("listings/<uuid:key>/", listings.listing, name="listing"),
    path("listings/<uuid:key>/edit/", listings.edit, name="edit"),
    path("listings/<uuid:key>/reply/", replies.reply, name="answer"),
    path("listings/<uuid:key>/decline/", replies.decline_all, name="decline_all"),
    path("listings/<uuid:key>/<slug:step>/", listings.move, name="move"),
    path("replies/<uuid:key>/", replies.page, name="reply"),
    path("replies/<uuid:key>/<slug:step>/", replies.move, name="reply_move"),
    # Matches and introductions.
    path("matches/<uuid:key>/aside/", matches.set_aside, name="set_aside"),
    path("matches/<uuid:key>/ask/", matches.ask, name="ask"),
    path("aside/<uuid:key>/undo/", matches.take_back, name="take_back"),
    path("introductions/", introductions.introductions, name="introductions"),
    path("introductions/<uuid:key>/", introductions.introduction, name="introduction"),
    path("introductions/<uuid:key>/answer/", introductions.answer, name="introduction_answer"),
    path("introductions/<uuid:key>/<slug:step>/", introductions.move, name="introduction_move"),
]
