"""Who may see which import runs. (AU-4)"""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from complaints.admin.access import standing_for
from complaints.models import Department, ImportRun, User
from complaints.permissions import may_import
from complaints.states import Role


def person(request: HttpRequest) -> User:
    """Who asks: the site lets nobody in who is not known."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def departments_for(request: HttpRequest) -> QuerySet[Department]:
    """Departments the person may take complaints in for."""
    found = standing_for(request).department_ids(Role.INTAKE, Role.HEAD)
    return Department.objects.filter(pk__in=found, is_active=True)


def runs_for(request: HttpRequest) -> QuerySet[ImportRun]:
    """Runs for those departments, whoever started them. PermissionDenied for who may not import at all."""
    if not may_import(standing_for(request)):
        raise PermissionDenied
    rows = ImportRun.objects.filter(department__in=standing_for(request).department_ids(Role.INTAKE, Role.HEAD))
    return rows.select_related("mapping", "department", "started_by")


def run_for(request: HttpRequest, pk: int) -> ImportRun:
    """One of those runs; Http404 for another."""
    return get_object_or_404(runs_for(request), pk=pk)
