"""Taking in lists of institutions: match, compare, decide, apply in pieces."""
