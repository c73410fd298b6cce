"""Addresses of projects: doing."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
