"""The draft of a cohort as another system writes it: shape, plan, rows, and how it stands.

The rules are those of the pages: the form of the plan, the checks of a roster, the verbs.
"""
