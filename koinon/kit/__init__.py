"""Tools that know no noun of ours: verbs, chronicle, seams, steps, languages, meaning, search, jobs, forms, files.

Everything above may use them; they import nothing above. A tool that needs to name a network or an organisation
takes an id and calls it a scope.
"""
