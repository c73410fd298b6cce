"""Addresses of projects: calls."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
