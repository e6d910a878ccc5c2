"""The complaints app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    """Organisation, policies, calendar, intake, workflow, deadlines, notices."""

    name = "complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        """Triggers make way for a migration and follow it, once for all apps."""
        from complaints import triggers  # noqa: PLC0415 - apps are ready only now

        pre_migrate.connect(triggers.before_migration, sender=self, dispatch_uid="triggers_make_way")
        post_migrate.connect(triggers.after_migration, sender=self, dispatch_uid="append_only_triggers")
