"""The administration with our own site as the default one."""

from django.contrib.admin import apps


class AdminConfig(apps.AdminConfig):
    """Whatever is registered with `admin.site`, or with `@admin.register`, lands on our site."""

    default_site = "complaints.admin.site.ComplaintSite"
