"""Meet in time: events with places that are never given twice, attendance that counts, certificates and figures.

Nouns: Event, EventQuota, Counter, Registration, Hold, GuardianConsent, Care, EventSession, Scan, Presence, Certificate,
EventReport.
Neighbours: projects and network below (organisations hold events, projects have them); learning above gives badges.
"""
