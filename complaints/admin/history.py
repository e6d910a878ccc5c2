"""The change history of a record as a page: who, when, why, and each field before and after. (AU-1, AU-3)

This is the one class through which history is read. It does not build on simple-history's own, which lets whoever may
*view* a record post an old version over it, and asks nobody's queryset: here nothing can be posted, and a record that
the person's queryset does not hold is not found.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from complaints.admin.access import standing_for
from complaints.admin.shown import DIGEST, shown
from complaints.encryption import EncryptedTextField
from complaints.permissions import may_read_history
from complaints.queries.access import may_change_registers
from complaints.states import Role

KINDS = {"+": gettext_noop("Created"), "~": gettext_noop("Changed"), "-": gettext_noop("Deleted")}
PAGE = "p"
PER_PAGE = 50

#: How the value of a field of a history row reads; None where the field says it by itself.
Say = Callable[[Any, models.Field, Any], str | None]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a change. `before` is empty for a new record, `after` for a deleted one."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One history row."""

    id: int
    at: datetime
    person: str
    kind: str
    reason: str
    fields: tuple[FieldChange, ...]


class AuditHistoryAdmin(admin.ModelAdmin):
    """Read-only history, within the person's queryset, for those who may read it."""

    #: Fields that say nothing to a reader: they follow from others.
    history_leaves_out: tuple[str, ...] = ("path", "version", "edition", "digest")

    def get_urls(self) -> list[URLPattern]:
        """One page more: the record as it was after one change."""
        options = self.model._meta
        version = path(
            "<path:object_id>/history/<version_id>/",
            self.admin_site.admin_view(self.history_form_view),
            name=f"{options.app_label}_{options.model_name}_simple_history",
        )
        return [version, *super().get_urls()]

    def has_history_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Read the history of a record that one may see."""
        return may_read_history(standing_for(request))

    def is_listed_for(self, request: HttpRequest) -> bool:
        """Its list is on the page of registers, and the person may open that page."""
        return False

    def history_says(self, request: HttpRequest, object_id: str) -> Say:
        """What codes are called that no field knows by itself."""
        return _by_itself

    def reads_deleted(self, request: HttpRequest) -> bool:
        """Read the history of records that are no more: auditors, and who may change registers."""
        standing = standing_for(request)
        return standing.has(Role.AUDITOR) or may_change_registers(request.user, standing)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """All changes of one record, newest first."""
        rows = self._history_rows(request, object_id)
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get(PAGE))
        first = page.start_index() - 1 if page.paginator.count else 0
        present = list(rows[first : first + PER_PAGE + 1])  # one more, to compare the last with
        context = {
            **self._history_context(request, object_id, present),
            "changes": changes(present, self.history_leaves_out, self.history_says(request, object_id))[:PER_PAGE],
            "page": page,
            "page_range": page.paginator.get_elided_page_range(page.number),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The whole record as it was after one change."""
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        row = self._history_rows(request, object_id).filter(history_id=_whole_number(version_id)).first()
        if row is None:
            raise Http404
        context = {
            **self._history_context(request, object_id, [row]),
            "changes": changes([row], self.history_leaves_out, self.history_says(request, object_id)),
            "version": row,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)

    def _history_rows(self, request: HttpRequest, object_id: str) -> models.QuerySet:
        """History rows of the record, newest first.

        Http404 if the person may not know the record, PermissionDenied if they may, but not its history.
        """
        key = unquote(object_id)
        pk = self.model._meta.pk
        try:
            record = self.get_queryset(request).filter(pk=key).first()
            rows: models.QuerySet = self.model.history.filter(**{pk.attname: key}).order_by("-history_id")
        except (ValueError, ValidationError) as error:
            raise Http404 from error
        if record is None and not (self.reads_deleted(request) and not self._stands(key) and rows.exists()):
            raise Http404
        if not self.has_view_permission(request, record) or not self.has_history_permission(request, record):
            raise PermissionDenied
        return rows

    def _stands(self, key: str) -> bool:
        return bool(self.model._default_manager.filter(pk=key).exists())

    def _history_context(self, request: HttpRequest, object_id: str, rows: Sequence[Any]) -> dict[str, Any]:
        name = str(rows[0].instance) if rows else unquote(object_id)
        return {
            **self.admin_site.each_context(request),
            "title": _("Change history: %(name)s") % {"name": name},
            "object_id": object_id,
            "name": name,
            "opts": self.model._meta,
            "is_register": self.is_listed_for(request),
            "stands": self.get_queryset(request).filter(pk=unquote(object_id)).exists(),
        }

    def render_change_form(  # noqa: PLR0917 - the signature of Django
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,  # noqa: FBT001, FBT002
        change: bool = False,  # noqa: FBT001, FBT002
        form_url: str = "",
        obj: models.Model | None = None,
    ) -> HttpResponse:
        context["has_history_permission"] = obj is not None and self.has_history_permission(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    # Django's own log of the administration would be a second, poorer history.

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the history has it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the history has it."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Nothing: the history has it."""


def _by_itself(_row: Any, _field: models.Field, _value: Any) -> str | None:
    return None


def changes(rows: Sequence[Any], leave_out: Iterable[str] = (), say: Say = _by_itself) -> list[Change]:
    """History rows of one model, newest first, as changes.

    Each is compared with the next row of the same record, the last of a record with nothing. Digests for look-up are
    nobody's concern and never shown.

    Rows the fields refer to are fetched once for all: the number of queries does not depend on the number of rows.
    """
    if not rows:
        return []
    fields = [field for field in type(rows[0]).tracked_fields if _is_shown(field, {"id", *leave_out})]
    referred = _referred(rows, fields)
    older = _older(rows)
    return [
        Change(
            id=row.history_id,
            at=row.history_date,
            person=row.history_user_name or (_("System") if row.history_user_id is None else str(row.history_user_id)),
            kind=_(KINDS[row.history_type]),
            reason=_(row.history_change_reason) if row.history_change_reason else "",
            fields=tuple(_field_changes(row, before, fields, _saying(say, referred))),
        )
        for row, before in zip(rows, older, strict=True)
    ]


def _older(rows: Sequence[Any]) -> list[Any]:
    """For each row the one before it in time of the same record, None for the first."""
    latest: dict[Any, Any] = {}
    found = []
    for row in reversed(rows):
        key = getattr(row, row.instance_type._meta.pk.attname)
        found.append(latest.get(key))
        latest[key] = row
    return found[::-1]


def _is_shown(field: models.Field, leave_out: Collection[str]) -> bool:
    return field.name not in leave_out and not field.name.endswith(DIGEST)


def _field_changes(
    row: Any, before: Any, fields: Iterable[models.Field], text: Callable[[Any, models.Field, Any], str]
) -> Iterator[FieldChange]:
    is_gone = row.history_type == "-"
    for field in fields:
        new = getattr(row, field.attname)
        old = getattr(before, field.attname) if before is not None else None
        if new == old and not is_gone:
            continue
        texts = [text(before, field, old), text(row, field, new)]
        if isinstance(field, EncryptedTextField) and texts[0] == texts[1]:
            texts[1] = _("%(text)s (other)") % {"text": texts[1]}
        if is_gone:
            texts = [texts[1], ""]
        if any(texts):
            yield FieldChange(capfirst(str(field.verbose_name)), *texts)


def _saying(say: Say, referred: dict[str, dict[Any, str]]) -> Callable[[Any, models.Field, Any], str]:
    def text(row: Any, field: models.Field, value: Any) -> str:
        if field.name in referred:
            return referred[field.name].get(value, "" if value is None else f"#{value}")
        said = say(row, field, value) if row is not None else None
        return shown(field, value) if said is None else said

    return text


def _referred(rows: Sequence[Any], fields: Iterable[models.Field]) -> dict[str, dict[Any, str]]:
    found = {}
    for field in fields:
        if field.is_relation and field.related_model is not None:
            keys = {getattr(row, field.attname) for row in rows} - {None}
            manager = field.related_model._default_manager
            found[field.name] = {key: str(record) for key, record in manager.in_bulk(keys).items()} if keys else {}
    return found


def _whole_number(text: str) -> int:
    if not text.isdecimal():
        raise Http404
    return int(text)
