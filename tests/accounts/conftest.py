"""Passwords are set and asked for hundreds of times here: by a hash that costs nothing."""

import pytest


@pytest.fixture(autouse=True)
def _cheap_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
