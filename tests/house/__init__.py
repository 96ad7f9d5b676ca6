"""The rules of the house (DESIGN), each held by a test."""
