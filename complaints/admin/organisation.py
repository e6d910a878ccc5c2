"""Departments, people, appointments, absences."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.admin.access import person_of, standing_for
from complaints.admin.registers import RegisterAdmin, RegisterForm, TreeAdmin, stamp
from complaints.admin.trees import TreeChoiceField
from complaints.models import Absence, Appointment, Department, User
from complaints.punctuation import clauses
from complaints.queries.access import may_enter
from complaints.queries.people import absences_visible_to, absentees_for, may_record_absence_of
from complaints.services import organisation, people


@admin.register(Department)
class DepartmentAdmin(TreeAdmin):
    """The organisation's tree."""

    explanation = _("The organisation's tree. A head answers for the departments below, too.")
    search_fields = ["code", "names"]

    def record(self, request: HttpRequest, record: Any, given: dict[str, Any], *, change: bool) -> models.Model:
        values = {name: given[name] for name in ("code", "names", "parent")}
        if change:
            return organisation.change_department(
                record.pk, **values, is_active=given["is_active"], **stamp(request, given)
            )
        return organisation.create_department(**values, **stamp(request, given))


class PersonForm(RegisterForm):
    """An account, with the language by name."""

    language = forms.ChoiceField(
        label=_("language"),
        required=False,
        choices=[("", _("as the browser says")), *settings.LANGUAGES],
    )


@admin.register(User)
class UserAdmin(RegisterAdmin):
    """Accounts. A person sets the password through a link that an administrator makes."""

    form = PersonForm
    explanation = _("People with an account. An account is switched off, never deleted: records name people.")
    list_display = ["display_name", "username", "offices", "is_active", "last_login"]
    list_filter = ["is_active", "appointments__role"]
    search_fields = ["username", "display_name", "email"]
    ordering = ["display_name", "username"]
    fields = ["username", "display_name", "email", "language", "is_active"]
    change_form_template = "admin/complaints/user/change_form.html"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else self.fields[:-1]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        day = timezone.localdate()
        current = Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("appointments", current.select_related("department"), to_attr="current"))
        )

    @admin.display(description=_("appointments"))
    def offices(self, person: Any) -> str:
        """What the person is at present."""
        return clauses(f"{held.department} · {held.get_role_display()}" for held in person.current)

    def record(self, request: HttpRequest, record: Any, given: dict[str, Any], *, change: bool) -> models.Model:
        values = {name: given[name] for name in ("username", "display_name", "email", "language")}
        if change:
            return people.change_person(record.pk, **values, is_active=given["is_active"], **stamp(request, given))
        return people.create_person(**values, **stamp(request, given))

    def get_urls(self) -> list[URLPattern]:
        link = self.admin_site.admin_view(self.password_link)
        return [path("<int:person_id>/password-link/", link, name="password_link"), *super().get_urls()]

    def password_link(self, request: HttpRequest, person_id: int) -> HttpResponse:
        """Make a link at which the person sets a password, and show it once."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        person = self.get_queryset(request).filter(pk=person_id).first()
        if person is None:
            raise Http404
        try:
            parts = people.password_link(person, by=person_of(request), now=timezone.now())
        except people.PersonError as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:complaints_user_change", person_id)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Password link"),
            "person": person,
            "opts": self.opts,
            "link": request.build_absolute_uri(reverse("set_password", args=parts)),
            "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 3600),
        }
        return TemplateResponse(request, "admin/complaints/user/password_link.html", context)


class CurrentFilter(admin.SimpleListFilter):
    """Whether an appointment holds today."""

    title = _("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", _("at present")), ("past", _("past")), ("future", _("to come"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        day = timezone.localdate()
        chosen = {
            "now": Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gte=day)),
            "past": Q(ends_on__lt=day),
            "future": Q(starts_on__gt=day),
        }
        return queryset.filter(chosen.get(self.value() or "", Q()))


@admin.register(Appointment)
class AppointmentAdmin(RegisterAdmin):
    """Who is what, where, and since when. Only the last day changes."""

    explanation = _("Who is what, where, and since when. What a person may do follows from this alone.")
    list_display = ["person", "role", "department", "starts_on", "ends_on"]
    list_display_links = ["person"]
    list_filter = [CurrentFilter, "role"]
    list_select_related = ["person", "department"]
    search_fields = ["person__display_name", "person__username", "department__names", "department__code"]
    ordering = ["department__path", "role", "starts_on"]
    fields = ["person", "department", "role", "starts_on", "ends_on"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["person", "department", "role", "starts_on"] if obj else []

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "department":
            active = Department.objects.filter(is_active=True).order_by("path")
            return TreeChoiceField(active, label=capfirst(db_field.verbose_name))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def record(self, request: HttpRequest, record: Any, given: dict[str, Any], *, change: bool) -> models.Model:
        if change:
            return organisation.end_appointment(record.pk, ends_on=given["ends_on"], **stamp(request, given))
        names = ("person", "department", "role", "starts_on", "ends_on")
        return organisation.appoint(**{name: given[name] for name in names}, **stamp(request, given))


@admin.register(Absence)
class AbsenceAdmin(RegisterAdmin):
    """Everybody enters their own absences, heads those of their people, administrators all."""

    explanation = _("While a person is away, their deputy acts and is told in their stead.")
    list_display = ["person", "deputy", "starts_at", "ends_at", "reason"]
    list_select_related = ["person", "deputy"]
    search_fields = ["person__display_name", "person__username", "deputy__display_name"]
    fields = ["person", "deputy", "starts_at", "ends_at", "reason"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_enter(request.user, standing_for(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_enter(request.user, standing_for(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(standing_for(request).held) or self.has_history_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return self.has_add_permission(request)
        now = timezone.now()
        may_record = may_record_absence_of(request.user, standing_for(request), obj.person_id, now)
        return may_record and (obj.pk is None or obj.ends_at > now)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Absence]:
        return absences_visible_to(request.user, standing_for(request), timezone.now()).order_by("-starts_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["person"] if obj else []

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Why somebody is away is reason enough for entering it."""
        return super().get_fieldsets(request, obj) if obj else [(None, {"fields": self.fields})]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"person": request.user.pk, **super().get_changeform_initial_data(request)}

    def people_for(self, name: str, request: HttpRequest) -> QuerySet[User]:
        if name == "person":
            return absentees_for(request.user, standing_for(request), timezone.now())
        return super().people_for(name, request)

    def record(self, request: HttpRequest, record: Any, given: dict[str, Any], *, change: bool) -> models.Model:
        values = {name: given[name] for name in ("starts_at", "ends_at", "deputy")}
        values["why"] = given["reason"]
        if change:
            return organisation.change_absence(record.pk, **values, **stamp(request, given))
        return organisation.record_absence(given["person"], **values, **stamp(request, given))
