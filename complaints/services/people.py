"""Accounts: made, changed, switched off; passwords and languages. (AU-6)"""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from complaints.models import Absence, Appointment, Complaint, Escalation, User
from complaints.models.standing import standing_of
from complaints.queries.access import may_change_registers
from complaints.services import records
from complaints.states import ENDED


class PersonError(Exception):
    """An account cannot be made or changed like that. `field` names what to correct, if one thing."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def create_person(
    *,
    username: str,
    display_name: str,
    email: str = "",
    language: str = "",
    is_superuser: bool = False,
    by: User | None,
    reason: str = "",
    now: datetime,
) -> User:
    """A new account without a password: the person sets one through a link (`password_link`). Raises PersonError."""
    require_administrator(by, now)
    person = User(
        username=User.normalize_username(username),
        display_name=display_name.strip(),
        email=User.objects.normalize_email(email),
        language=language,
        is_superuser=is_superuser,
        date_joined=now,
    )
    person.set_unusable_password()
    with transaction.atomic():
        _refuse_duplicate(person)
        return records.save(person, by=by, reason=reason, now=now)


def change_person(
    person_id: int,
    *,
    username: str,
    display_name: str,
    email: str,
    language: str,
    is_active: bool,
    by: User | None,
    reason: str,
    now: datetime,
) -> User:
    """Change an account, or switch it off. Raises PersonError.

    Switched off only when nothing waits for the person: no open complaint, no current appointment, nobody they are to
    stand in for. Records keep their name; the account is never deleted.
    """
    require_administrator(by, now)
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=person_id)
        if person.is_active and not is_active:
            _refuse_while_needed(person, by, now)
        person.username = User.normalize_username(username)
        person.display_name = display_name.strip()
        person.email = User.objects.normalize_email(email)
        person.language = language
        person.is_active = is_active
        _refuse_duplicate(person)
        return records.save(person, by=by, reason=reason, now=now)


def choose_language(person: Any, language: str, *, now: datetime) -> None:
    """Keep the language a person chose for themselves."""
    if isinstance(person, AnonymousUser) or person.language == language:
        return
    person.language = language
    records.save(person, by=person, reason=gettext_noop("Language chosen"), now=now, fields=["language"])


def set_password(person: User, password: str, *, by: User | None, now: datetime) -> User:
    """Give a person the password; history says that it changed, never what it is. Whoever calls has checked it."""
    person.set_password(password)
    return records.save(person, by=by, reason=gettext_noop("Password changed"), now=now, fields=["password"])


def password_link(person: User, *, by: User | None, now: datetime) -> tuple[str, str]:
    """The two parts of the address at which a person sets a password themselves, once and for a few days.

    Making one is recorded. The administrator hands the address over and never knows the password.
    """
    require_administrator(by, now)
    if not person.is_active:
        raise PersonError(_("%(person)s is inactive.") % {"person": person})
    records.save(person, by=by, reason=gettext_noop("Password link made"), now=now)
    return urlsafe_base64_encode(force_bytes(person.pk)), default_token_generator.make_token(person)


def require_administrator(by: User | None, now: datetime) -> None:
    """PermissionDenied unless `by` may change registers; None is the system itself."""
    if by is not None and not may_change_registers(by, standing_of(by, now)):
        raise PermissionDenied


def _refuse_duplicate(person: User) -> None:
    if not person.username or not person.display_name:
        raise PersonError(_("A person needs a user name and a name."))
    if User.objects.filter(username__iexact=person.username).exclude(pk=person.pk).exists():
        raise PersonError(_("This user name is taken."), "username")


def _refuse_while_needed(person: User, by: User | None, now: datetime) -> None:
    day = timezone.localdate(now)
    if by is not None and person.pk == by.pk:
        raise PersonError(_("You cannot switch off your own account."), "is_active")
    complaints = Complaint.objects.filter(Q(handler=person) | Q(supervisor=person)).exclude(state__in=ENDED).count()
    if complaints:
        raise PersonError(
            _("%(person)s still has %(count)d open complaints. Hand them over first.")
            % {"person": person, "count": complaints},
            "is_active",
        )
    if Escalation.objects.filter(addressee=person, answered_at=None).exists():
        raise PersonError(_("%(person)s still has to answer an escalation.") % {"person": person}, "is_active")
    if Appointment.objects.filter(person=person).filter(Q(ends_on=None) | Q(ends_on__gte=day)).exists():
        raise PersonError(
            _("%(person)s is still appointed. End the appointments first.") % {"person": person}, "is_active"
        )
    if Absence.objects.filter(deputy=person, ends_at__gt=now).exists():
        raise PersonError(
            _("%(person)s is to stand in for somebody. Name another deputy first.") % {"person": person}, "is_active"
        )
