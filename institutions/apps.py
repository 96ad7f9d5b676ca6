from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstitutionsConfig(AppConfig):
    name = "institutions"
    verbose_name = _("Institutions")

    def ready(self) -> None:
        # Register themselves; nothing else imports the modules.
        from institutions import checks, exports  # noqa: F401, PLC0415
