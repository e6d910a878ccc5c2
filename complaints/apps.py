"""The complaints app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    """Organisation, policies, calendar, intake, workflow, deadlines, notices."""

    name = "complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        """Append-only triggers follow every migration."""
        from complaints import triggers  # noqa: PLC0415 - apps are ready only now

        post_migrate.connect(triggers.after_migration, dispatch_uid="append_only_triggers")
