"""The administration with our own site as the default one."""

from importlib import import_module

from django.apps import apps as installed
from django.contrib.admin import apps


class AdminConfig(apps.AdminConfig):
    """Whatever is registered with `admin.site`, or with `@admin.register`, lands on our site."""

    default_site = "complaints.admin.site.ComplaintSite"

    def ready(self) -> None:
        """Load our pages first: loading them makes the site, and must not happen while Django is making it.

        Then take Django's groups away: who may do what follows from appointments, and groups have no history.
        """
        import_module("complaints.admin")
        super().ready()
        import_module("django.contrib.admin").site.unregister(installed.get_model("auth", "Group"))
