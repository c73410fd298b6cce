"""Addresses that exist in demo mode only: sign in by one click, the local mailbox."""

urlpatterns: list = []
