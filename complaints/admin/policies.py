"""Policies and their versions: read, compared, drafted, brought into force. (DL-1)"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.admin.access import person_of, standing_for
from complaints.admin.policy_pages import comparison, page_of
from complaints.admin.registers import RegisterAdmin, WideInput
from complaints.models import LOADED, Complaint, Policy, PolicyVersion
from complaints.policy_rules import PolicyFileError, Problem
from complaints.queries.access import may_read_policies
from complaints.services import policies

#: Of a policy file, in bytes.
MAXIMUM_SIZE = 1_000_000

STATUS = {
    "draft": pgettext_lazy("policy version", "Draft"),
    "planned": pgettext_lazy("policy version", "To come into force"),
    "active": pgettext_lazy("policy version", "In force"),
    "past": pgettext_lazy("policy version", "Replaced"),
}


def statuses(versions: list[PolicyVersion], now: datetime) -> dict[int, str]:
    """What each version is at a moment; `versions` are all of their policies."""
    found: dict[int, str] = {}
    in_force: dict[int, PolicyVersion] = {}
    for version in versions:
        if version.valid_from is None:
            found[version.pk] = "draft"
        elif version.valid_from > now:
            found[version.pk] = "planned"
        else:
            found[version.pk] = "past"
            rival = in_force.get(version.policy_id)
            if rival is None or rival.valid_from < version.valid_from:  # type: ignore[operator]
                in_force[version.policy_id] = version
    return found | {version.pk: "active" for version in in_force.values()}


class PolicyPages(RegisterAdmin):
    """Policies are read by everybody who works under them; only acts change them, never a form of fields."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_read_policies(request.user, standing_for(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def administers(self, request: HttpRequest) -> bool:
        """May draft versions and bring them into force."""
        return super().has_change_permission(request)


class PolicyFileForm(forms.Form):
    """A policy file, as a file or as text."""

    file = forms.FileField(label=_("File"), required=False, help_text=_("A policy file (YAML)."))
    text = forms.CharField(
        label=_("or its text"), required=False, widget=forms.Textarea(attrs={"class": "code", "spellcheck": "false"})
    )
    why = forms.CharField(label=_("Reason"), widget=WideInput)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": "", **options})

    def clean(self) -> dict[str, Any]:
        """The text, wherever it came from."""
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        if upload is not None:
            if upload.size > MAXIMUM_SIZE:
                raise forms.ValidationError(gettext("The file is too large."))
            try:
                cleaned["text"] = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise forms.ValidationError(gettext("The file is not text in UTF-8.")) from error
        elif not cleaned.get("text"):
            raise forms.ValidationError(gettext("Choose a file or enter its text."))
        return cleaned


@admin.register(Policy)
class PolicyAdmin(PolicyPages):
    """Ways of handling complaints, each with its versions."""

    explanation = _("Ways of handling complaints. A complaint keeps the version it was registered under.")
    list_display = ["name", "code", "in_force"]
    change_list_template = "admin/complaints/policy/change_list.html"
    change_form_template = "admin/complaints/policy/change_form.html"
    fields = ["code", "names"]

    @admin.display(description=_("version in force"))
    def in_force(self, policy: Any) -> str:
        """Its number, if there is one."""
        number = getattr(policy, "active_number", None)
        return f"v{number}" if number else "–"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Policy]:
        versions = PolicyVersion.objects.filter(policy=OuterRef("pk"), valid_from__lte=timezone.now())
        active = versions.order_by("-valid_from").values("number")[:1]
        found: QuerySet[Policy] = super().get_queryset(request)
        return found.annotate(active_number=active)

    def get_urls(self) -> list[URLPattern]:
        load = self.admin_site.admin_view(self.load)
        return [path("load/", load, name="policy_load"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"may_load": self.administers(request), **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not object_id.isdecimal():
            raise Http404
        versions = list(
            PolicyVersion.objects.filter(policy_id=int(object_id)).defer("document").select_related("created_by")
        )
        found = statuses(versions, timezone.now())
        context = {"versions": [(version, found[version.pk], STATUS[found[version.pk]]) for version in versions]}
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def load(self, request: HttpRequest) -> HttpResponse:
        """Take in a policy file: a new policy, or a new version of one."""
        if not self.administers(request):
            raise PermissionDenied
        form = PolicyFileForm(request.POST or None, request.FILES or None)
        problems: tuple[Problem, ...] = ()
        if request.method == "POST" and form.is_valid():
            upload = form.cleaned_data["file"]
            source = policies.SourceFile(upload.name if upload else "", form.cleaned_data["text"])
            try:
                (loaded,) = policies.load_policies(
                    [source], by=person_of(request), reason=form.cleaned_data["why"], now=timezone.now()
                )
            except PolicyFileError as error:
                problems = error.problems
            else:
                messages.success(request, gettext("Taken in: %(version)s") % {"version": loaded.version})
                return redirect("admin:complaints_policyversion_change", loaded.version.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Take in a policy file"),
            "opts": self.opts,
            "form": form,
            "problems": problems,
        }
        return TemplateResponse(request, "admin/complaints/policy/edit.html", context)


class TextForm(forms.Form):
    """The text of a draft."""

    text = forms.CharField(
        label=_("Text"), strip=False, widget=forms.Textarea(attrs={"class": "code", "spellcheck": "false"})
    )
    note = forms.CharField(label=_("What changed and why"), required=False, widget=WideInput)
    why = forms.CharField(label=_("Reason of the change"), widget=WideInput, help_text=_("Kept in the change history."))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": "", **options})


class ActivationForm(forms.Form):
    """From when a version is in force, and why."""

    valid_from = forms.DateTimeField(
        label=_("In force from"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Complaints registered from then on are governed by this version; those before keep theirs."),
    )
    is_legally_confirmed = forms.BooleanField(label=_("A lawyer has confirmed the limits"), required=False)
    reason = forms.CharField(label=_("Reason"), widget=WideInput)

    def __init__(self, *arguments: Any, needs_lawyer: bool, **options: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": "", **options})
        if not needs_lawyer:
            del self.fields["is_legally_confirmed"]


@admin.register(PolicyVersion)
class PolicyVersionAdmin(PolicyPages):
    """One version as people read it, and what can be done with it."""

    explanation = _("A version that is in force or governs a complaint never changes. To change it, draft a new one.")
    list_display = ["version", "status", "valid_from", "is_used", "created_by", "shown_note"]
    list_display_links = ["version"]
    list_filter = ["policy"]
    list_select_related = ["policy", "created_by"]
    ordering = ["policy__code", "-number"]
    list_per_page = 100

    def get_queryset(self, request: HttpRequest) -> QuerySet[PolicyVersion]:
        used = Complaint.objects.filter(policy_version=OuterRef("pk"))
        later = PolicyVersion.objects.filter(
            policy=OuterRef("policy"), valid_from__lte=timezone.now(), valid_from__gt=OuterRef("valid_from")
        )
        versions: QuerySet[PolicyVersion] = super().get_queryset(request)
        return versions.annotate(used=Exists(used), replaced=Exists(later))

    @admin.display(description=_("version"), ordering="policy__code")
    def version(self, version: PolicyVersion) -> str:
        """Policy and number."""
        return str(version)

    @admin.display(description=_("status"))
    def status(self, version: Any) -> SafeString:
        """What it is now."""
        code = _status(version)
        return format_html('<span class="badge version-{}">{}</span>', code, STATUS[code])

    @admin.display(description=_("governs complaints"))
    def is_used(self, version: Any) -> str:
        """Some complaint keeps it."""
        return gettext("yes") if version.used else "–"

    @admin.display(description=_("What changed and why"))
    def shown_note(self, version: PolicyVersion) -> str:
        """What its author wrote; what the product wrote, in the reader's language."""
        return gettext(version.note) if version.note == LOADED else version.note or "–"

    # --- One version ----------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        def page(part: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
            return path(f"<int:version_id>/{part}/", self.admin_site.admin_view(view), name=name)

        return [
            page("draft", self.draft, "policy_draft"),
            page("text", self.text, "policy_text"),
            page("activate", self.activate, "policy_activate"),
            page("discard", self.discard, "policy_discard"),
            page("postpone", self.postpone, "policy_postpone"),
            page("compare", self.compare, "policy_compare"),
            *super().get_urls(),
        ]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The version as people read it; there is no form."""
        if object_id is None or not object_id.isdecimal() or request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        version = self._version(request, int(object_id))
        status = _status(version)
        earlier = PolicyVersion.objects.filter(policy=version.policy_id, number__lt=version.number).exists()
        context = {
            **self._context(request, version),
            "title": str(version),
            "status": status,
            "status_label": STATUS[status],
            "is_draft": status == "draft" and not version.used,
            "administers": self.administers(request),
            "has_history_permission": self.has_history_permission(request, version),
            "has_earlier": earlier,
            **_readable(version),
        }
        return TemplateResponse(request, "admin/complaints/policyversion/page.html", context)

    def draft(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """A new draft with this version's text."""
        version = self._for_act(request, version_id)
        note = gettext("From version %(number)d") % {"number": version.number}
        made = policies.draft_version(version.pk, by=person_of(request), note=note, now=timezone.now())
        return redirect("admin:policy_text", made.pk)

    def text(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Edit the text of a draft."""
        version = self._for_form(request, version_id)
        initial = {"text": policies.document_text(version), "note": "" if version.note == LOADED else version.note}
        form = TextForm(request.POST or None, initial=initial)
        problems: tuple[Problem, ...] = ()
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            who = {"by": person_of(request), "reason": given["why"], "now": timezone.now()}
            try:
                policies.change_draft(version.pk, given["text"].replace("\r\n", "\n"), note=given["note"], **who)
            except PolicyFileError as error:
                problems = error.problems
            except policies.PolicyError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, gettext("The draft is saved."))
                return redirect("admin:complaints_policyversion_change", version.pk)
        context = {
            **self._context(request, version),
            "title": gettext("Edit the draft"),
            "form": form,
            "problems": problems,
        }
        return TemplateResponse(request, "admin/complaints/policy/edit.html", context)

    def activate(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Bring a draft into force, or move a moment still to come."""
        version = self._for_form(request, version_id)
        moment = version.valid_from or timezone.now() + timedelta(hours=1)
        form = ActivationForm(
            request.POST or None,
            initial={"valid_from": timezone.localtime(moment).replace(minute=0, second=0)},
            needs_lawyer=version.rules.legal_note is not None,
        )
        if request.method == "POST" and form.is_valid():
            try:
                policies.activate(version.pk, **form.cleaned_data, by=person_of(request), now=timezone.now())
            except policies.PolicyError as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
            else:
                messages.success(request, gettext("The version comes into force as you said."))
                return redirect("admin:complaints_policyversion_change", version.pk)
        context = {**self._context(request, version), "title": gettext("Bring into force"), "form": form}
        return TemplateResponse(request, "admin/complaints/policy/edit.html", context)

    def discard(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Throw a draft away."""
        version = self._for_act(request, version_id)
        return self._act(request, version, policies.discard_draft, "admin:complaints_policy_change", version.policy_id)

    def postpone(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Make a version that is to come into force a draft again."""
        version = self._for_act(request, version_id)
        return self._act(request, version, policies.postpone, "admin:complaints_policyversion_change", version.pk)

    def compare(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """What differs from the version before."""
        version = self._version(request, version_id)
        earlier = PolicyVersion.objects.filter(policy=version.policy_id, number__lt=version.number)
        other = earlier.select_related("policy").order_by("-number").first()
        if other is None:
            raise Http404
        title = gettext("%(new)s compared with version %(old)d") % {"new": version, "old": other.number}
        context = {**self._context(request, version), "title": title, "lines": comparison(other, version)}
        return TemplateResponse(request, "admin/complaints/policyversion/compare.html", context)

    def _act(
        self, request: HttpRequest, version: PolicyVersion, act: Callable[..., Any], target: str, key: int
    ) -> HttpResponse:
        reason = request.POST.get("reason", "").strip()
        if not reason:
            messages.error(request, gettext("Give a reason."))
            return redirect("admin:complaints_policyversion_change", version.pk)
        try:
            act(version.pk, by=person_of(request), reason=reason, now=timezone.now())
        except policies.PolicyError as error:
            messages.error(request, str(error))
            return redirect("admin:complaints_policyversion_change", version.pk)
        messages.success(request, gettext("Done."))
        return redirect(target, key)

    def _version(self, request: HttpRequest, version_id: int) -> Any:
        version = self.get_queryset(request).select_related("policy", "created_by").filter(pk=version_id).first()
        if version is None:
            raise Http404
        if not self.has_view_permission(request, version):
            raise PermissionDenied
        return version

    def _for_form(self, request: HttpRequest, version_id: int) -> Any:
        if not self.administers(request):
            raise PermissionDenied
        return self._version(request, version_id)

    def _for_act(self, request: HttpRequest, version_id: int) -> Any:
        if request.method != "POST":
            raise PermissionDenied
        return self._for_form(request, version_id)

    def _context(self, request: HttpRequest, version: PolicyVersion) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": version,
            "policy_url": reverse("admin:complaints_policy_change", args=[version.policy_id]),
        }


def _status(version: Any) -> str:
    if version.valid_from is None:
        return "draft"
    if version.valid_from > timezone.now():
        return "planned"
    return "past" if version.replaced else "active"


def _readable(version: PolicyVersion) -> dict[str, Any]:
    """The page of a version, or what is wrong with a document from another time."""
    try:
        return page_of(version.rules)
    except PolicyFileError as error:
        return {"problems": error.problems}
