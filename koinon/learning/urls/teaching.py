"""Addresses for who runs courses: cohorts, attendance, marking."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
