"""What pages below show of this app."""
