"""Registration of the app with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountabilityConfig(AppConfig):
    """Investigation, determination of responsibility, measures, and the audit of the records."""

    name = "accountability"
    verbose_name = _("Accountability")
