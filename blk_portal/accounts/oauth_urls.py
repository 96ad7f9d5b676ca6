"""Addresses of the tokens of partners' systems."""

from django.urls import path

from blk_portal.accounts.oauth_views import (
    ClientIntrospectView,
    ClientRevokeView,
    ClientTokenView,
)

app_name = "oauth"

urlpatterns = [
    path("token/", ClientTokenView.as_view(), name="token"),
    path("revoke/", ClientRevokeView.as_view(), name="revoke"),
    path("introspect/", ClientIntrospectView.as_view(), name="introspect"),
]
