"""Addresses of events: places."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
