from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingsConfig(AppConfig):
    name = "trainings"
    verbose_name = _("Trainings")

    def ready(self) -> None:
        # Offers its lists and connects the receivers; nothing else imports the modules.
        from trainings import exports, period_ledger  # noqa: F401, PLC0415
