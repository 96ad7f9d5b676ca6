"""Why a verb was not carried out, in words for the person who asked."""


class Refused(Exception):
    """A verb that may not be carried out now; nothing was changed. `status` is the HTTP answer."""

    status = 409

    def __init__(self, message: str, *, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure


class Stale(Refused):
    """Somebody else moved the report first; the message says who and when."""


class Incomplete(Refused):
    """Something needed before the verb is missing, for example the comment of a return."""


class NotYours(Refused):
    """The person may use the verb, but not on this report: nobody verifies what they submitted."""

    status = 403
