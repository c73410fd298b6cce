"""The matcher as pure functions over plain arrays: site, spreadsheet report and measurements use the same."""
