"""The demo network's courses, cohorts and badges."""
