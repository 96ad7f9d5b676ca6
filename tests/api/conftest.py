"""Nearly every test here issues credentials, and their secrets are hashed as passwords are."""

import pytest


@pytest.fixture(autouse=True)
def _cheap_passwords(cheap_passwords):
    """For every test of this folder."""
