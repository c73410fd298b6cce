"""Train the trainers: programmes whose training multiplies through generations, and what came of each.

Nouns: Programme, Toolkit, Activity, CascadeGrant, Delivery, Participant, Observation, Proposal.
Neighbours: learning below (facilitators qualify by a course), projects below (social action of those who took part).
"""
