"""Explaining a figure: the rows that count in it, and each row that does not, with its reason.

A family of indicators says once, as lines of (institution, unit, reason, value, rows), which rows
there are and why one of them does not count; reasons, provinces, institutions and units are sums
over the same lines, so that they agree by themselves.
"""
