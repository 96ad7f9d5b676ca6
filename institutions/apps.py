from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstitutionsConfig(AppConfig):
    name = "institutions"
    verbose_name = _("Institutions")

    def ready(self) -> None:
        # Registers the check; nothing else imports the module.
        from institutions import checks  # noqa: F401, PLC0415
