"""Who asks: a person with a session of the portal."""

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class PortalSession(SessionAuthentication):
    """The session of the pages; a stranger is answered 401 and told what is asked for."""

    def authenticate_header(self, request: Request) -> str:
        return 'Session realm="BLK Komunitas"'
