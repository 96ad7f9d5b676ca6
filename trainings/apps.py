from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingsConfig(AppConfig):
    name = "trainings"
    verbose_name = _("Trainings")

    def ready(self) -> None:
        # Offers its lists; nothing else imports the module.
        from trainings import exports  # noqa: F401, PLC0415
