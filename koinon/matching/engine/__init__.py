"""The matcher as pure functions over plain arrays: the site, the spreadsheet report and the measurements use the same."""
