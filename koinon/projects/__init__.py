"""Do it together: projects with a plan, a team and an end. So far social action: calls, juries, small grants.

Nouns: Project, Member, Step, Risk, BudgetLine, Call, Juror, Score, CheckIn, Reflection, SmallGrant, Receipt.
Neighbours: matching and network below (a project may be born of an introduction); events and programmes above.
"""
