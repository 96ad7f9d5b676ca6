"""Taking in lists of institutions."""
