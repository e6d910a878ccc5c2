"""Addresses of the site."""

from django.contrib import admin
from django.urls import path

from complaints.admin.language import set_language
from complaints.admin.passwords import SetPassword
from config.health import health

urlpatterns = [
    path("healthz", health, name="health"),
    path("language", set_language, name="set_language"),
    path("password/<uidb64>/<token>", SetPassword.as_view(), name="set_password"),
    # Last: the desk is the front page, and what it does not know is not found.
    path("", admin.site.urls),
]
