"""House rules, journeys in a real browser, factories, and the strict world in which every test runs."""
