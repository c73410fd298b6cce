"""Addresses of events: attending."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
