"""Vocabularies: the words everybody already agrees on, each in many languages, shipped with their credit.

EuroVoc themes, the Sustainable Development Goals, ISCED-F fields of education, competence frameworks, and the
names of countries and languages. Readers are pure Python over files in `data/`: no database, no settings,
nothing loaded until it is asked for. `README.md` says where each comes from and under which licence.
"""
