"""Addresses of programmes, by subject."""

from koinon.programmes.urls import cascade, lineage, programmes

app_name = "programmes"
urlpatterns = [
    *programmes.urlpatterns,
    *cascade.urlpatterns,
    *lineage.urlpatterns,
]
