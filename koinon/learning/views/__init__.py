"""One function per address: fetch, form, do, render."""
