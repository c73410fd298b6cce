"""Addresses of projects: plans."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
