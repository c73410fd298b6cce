"""Addresses of programmes: programmes."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
