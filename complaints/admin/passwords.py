"""Pages on which a person sets a password."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import User
from complaints.services.people import set_password


class OwnPasswordForm(PasswordChangeForm):
    """Change one's own password, knowing the present one."""

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - the signature of Django
        person: User = self.user
        return set_password(person, self.cleaned_data["new_password1"], by=person, now=timezone.now())


class FirstPasswordForm(SetPasswordForm):
    """Set a password through a link that an administrator made."""

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - the signature of Django
        person: User = self.user
        return set_password(person, self.cleaned_data["new_password1"], by=person, now=timezone.now())


class SetPassword(PasswordResetConfirmView):
    """What the link leads to. It works once, and for as long as PASSWORD_RESET_TIMEOUT says."""

    form_class = FirstPasswordForm
    template_name = "complaints/set_password.html"
    success_url = reverse_lazy("admin:login")
    title = ""

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your password is set. Log in with it."))
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "title": _("Set your password")}
