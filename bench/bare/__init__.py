"""The yardstick: the plainest page that Django can give from one row, in the same server and database as the pages."""
