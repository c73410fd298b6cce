"""Addresses of this app."""

app_name = "matching"
urlpatterns: list = []
