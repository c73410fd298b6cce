"""What may be said; plain forms that write nothing."""
