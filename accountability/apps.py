"""Registration of the app with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountabilityConfig(AppConfig):
    """Investigation, determination of responsibility, measures, and the audit of the records."""

    name = "accountability"
    verbose_name = _("Accountability")

    def ready(self) -> None:
        """What the database is to refuse is known before it is made; what complaints record is followed."""
        from accountability import freezing, triggers  # noqa: PLC0415 - apps are ready only now
        from accountability.demo import commissioning  # noqa: PLC0415
        from accountability.services import recusals  # noqa: PLC0415

        triggers.register()
        freezing.register()
        recusals.register()
        commissioning.register()
