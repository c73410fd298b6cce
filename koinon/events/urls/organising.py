"""Addresses of events: organising."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
