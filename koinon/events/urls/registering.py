"""Addresses of events: registering."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
