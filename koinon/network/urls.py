"""Addresses of networks, organisations, applications, mandates and invitations."""

from django.urls import path

from koinon.network.views import (
    applications,
    directory,
    home,
    intake,
    invitations,
    maps,
    networks,
    organisations,
    people,
    search,
)

app_name = "network"
urlpatterns = [
    path("", home.home, name="home"),
    path("organisations/<slug:slug>/", organisations.organisation, name="organisation"),
    path("networks/<slug:slug>/organisations/", directory.directory, name="directory"),
    path("places/", search.places, name="places"),
    path("themes/", search.themes, name="themes"),
    path("languages/", search.languages, name="languages"),
    # Networks.
    path("networks/new/", networks.found, name="found"),
    path("networks/<slug:slug>/", home.network, name="network"),
    path("networks/<slug:slug>/edit/", networks.edit, name="network_edit"),
    path("networks/<slug:slug>/translate/", networks.translate, name="network_translate"),
    path("networks/<slug:slug>/staff/", networks.staff, name="staff"),
    path("networks/<slug:slug>/staff/<uuid:key>/remove/", networks.remove, name="staff_remove"),
    path("networks/<slug:slug>/apply/", applications.apply, name="apply"),
    path("networks/<slug:slug>/applications/", applications.index, name="applications"),
    path("networks/<slug:slug>/applications/<uuid:key>/", applications.application, name="application"),
    path("networks/<slug:slug>/applications/<uuid:key>/change/", applications.change, name="application_change"),
    path("networks/<slug:slug>/applications/<uuid:key>/<slug:step>/", applications.move, name="application_move"),
    # Organisations and their people.
    path("organisations/<slug:slug>/edit/", organisations.edit, name="organisation_edit"),
    path("organisations/<slug:slug>/translate/", organisations.translate, name="organisation_translate"),
    path("organisations/<slug:slug>/people/", people.people, name="people"),
    path("organisations/<slug:slug>/invite/", people.invite, name="invite"),
    path("memberships/<uuid:key>/end/", organisations.end_membership, name="membership_end"),
    path("mandates/<uuid:key>/withdraw/", people.withdraw, name="mandate_withdraw"),
    path("mandates/<uuid:key>/letter/", people.letter, name="mandate_letter"),
    path("invitations/<uuid:key>/withdraw/", invitations.withdraw, name="invitation_withdraw"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    # The map, spreadsheets.
    path("networks/<slug:slug>/map/", maps.map_page, name="map"),
    path("networks/<slug:slug>/map.json", maps.points, name="map_points"),
    path("networks/<slug:slug>/map.svg", maps.picture, name="map_picture"),
    path("networks/<slug:slug>/export.<slug:kind>", directory.export, name="export"),
    path("networks/<slug:slug>/import/", intake.intakes, name="intakes"),
    path("networks/<slug:slug>/import/example.xlsx", intake.intake_example, name="intake_example"),
    path("networks/<slug:slug>/import/<uuid:key>/", intake.intake, name="intake"),
    path("networks/<slug:slug>/import/<uuid:key>/columns/", intake.intake_columns, name="intake_columns"),
    path("networks/<slug:slug>/import/<uuid:key>/<slug:step>/", intake.intake_move, name="intake_move"),
]
