"""Addresses of events: afterwards."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
