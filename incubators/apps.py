from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncubatorsConfig(AppConfig):
    name = "incubators"
    verbose_name = _("Incubators")

    def ready(self) -> None:
        # Offers its lists and listens; nothing else imports the modules.
        from incubators import (  # noqa: F401, PLC0415
            erasure,
            exports,
            quarter_exports,
            quarter_ledger,
            tenant_exports,
        )
