from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "blk_portal.reporting"
    verbose_name = _("Reporting")

    def ready(self) -> None:
        # Connects the receivers; nothing else imports the module.
        from blk_portal.reporting import news  # noqa: F401, PLC0415
