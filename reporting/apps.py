"""Registration of the app with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    """Indicators, trends, reports and the case library."""

    name = "reporting"
    verbose_name = _("Reporting")

    def ready(self) -> None:
        """What happens to cases is noted for the facts; published reports are kept as they are."""
        from reporting import freezing, staleness  # noqa: PLC0415 - apps are ready only now

        staleness.register()
        freezing.register()
