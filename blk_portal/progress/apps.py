from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgressConfig(AppConfig):
    name = "blk_portal.progress"
    verbose_name = _("Progress")

    def ready(self) -> None:
        # Connects the receivers and offers the lists; nothing else imports the modules.
        from blk_portal.progress import alumni, exports, news  # noqa: F401, PLC0415
