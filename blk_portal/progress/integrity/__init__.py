"""Integrity checks: named questions over the whole database; a sound portal answers with no row."""
