"""Addresses of this app."""

app_name = "network"
urlpatterns: list = []
