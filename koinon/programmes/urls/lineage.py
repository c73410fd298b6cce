"""Addresses of programmes: lineage."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
