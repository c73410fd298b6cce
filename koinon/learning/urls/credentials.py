"""Addresses for badges: giving, keeping, showing, checking."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
