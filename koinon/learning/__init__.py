"""Learn together: courses in many languages, runs and cohorts across organisations, progress, credentials.

Nouns: Course, Version, Node, Question, Text, Asset, Package, Run, Enrolment, Happening, Attempt, Evidence, Outcome,
Session, Achievement, Award. Neighbours: network below (organisations own courses and give credentials).
"""
