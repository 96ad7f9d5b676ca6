"""gunicorn's own lines, in the form of the journal."""

from gunicorn.config import Config
from gunicorn.glogging import Logger

from blk_portal.runtime.journal import JournalFormatter


class WebServerLogger(Logger):
    """What gunicorn says of its workers and of requests that never reached the portal."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JournalFormatter())
