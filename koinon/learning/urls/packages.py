"""Addresses for files taken over, given away and played."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
