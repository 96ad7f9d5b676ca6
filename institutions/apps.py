from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstitutionsConfig(AppConfig):
    name = "institutions"
    verbose_name = _("Institutions")

    def ready(self) -> None:
        # Offers its lists; nothing else imports the module.
        from institutions import exports  # noqa: F401, PLC0415
