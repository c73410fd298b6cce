"""Addresses for who writes courses, questions and frameworks."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
