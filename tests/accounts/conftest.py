"""Passwords are set and asked for hundreds of times here."""

import pytest


@pytest.fixture(autouse=True)
def _cheap_passwords(cheap_passwords):
    """For every test of this folder."""
