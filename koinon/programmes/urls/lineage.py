"""Addresses of programmes: lineage."""

from django.urls import URLPattern, path

from koinon.programmes.views import lineage

urlpatterns: list[URLPattern] = [
    path("programmes/drift/<uuid:key>/", lineage.answer, name="drift"),
    path("programmes/<slug:slug>/lineage/", lineage.lineage, name="lineage"),
    path("programmes/<slug:slug>/lineage/map/", lineage.map_page, name="lineage_map"),
    path("programmes/<slug:slug>/lineage/map/points.json", lineage.points, name="lineage_points"),
    path("programmes/<slug:slug>/lineage/map/land.svg", lineage.land, name="lineage_land"),
    path("programmes/<slug:slug>/lineage/tree.svg", lineage.tree_file, name="lineage_tree"),
    path("programmes/<slug:slug>/lineage/counts.<slug:kind>", lineage.table_file, name="lineage_file"),
]
