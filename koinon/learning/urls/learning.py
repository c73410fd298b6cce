"""Addresses for who learns."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
