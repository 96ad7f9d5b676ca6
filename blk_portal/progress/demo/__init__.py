"""The sample data: a small, believable and wholly synthetic register with trainings and incubators.

Everything comes from one `random.Random(seed)` and fixed calendars, so a seed always gives the same
rows; rows are built in memory and written in bulk.
"""
