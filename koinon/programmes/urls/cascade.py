"""Addresses of programmes: cascade."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
