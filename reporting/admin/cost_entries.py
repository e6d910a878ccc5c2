"""Hourly rates, budgets and spending: what is known, forms for more, and withdrawing what is wrong. (RP-13)"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from complaints.admin.access import person_of, standing_for
from complaints.admin.forms.fields import DayField
from complaints.models import Department
from complaints.models.registers import registers
from complaints.models.standing import Standing
from complaints.models.visibility import below
from complaints.services.refusal import ActRefusedError
from complaints.states import Role
from reporting.admin.frame import frame
from reporting.admin.page_tables import is_for_file, with_files
from reporting.models import Budget, BudgetKind, Entry, HourlyRate, Spending
from reporting.models.cost import SPENT_BY_HAND
from reporting.periods import Period
from reporting.permissions import may_enter_costs, may_read_costs, may_read_figures
from reporting.queries.period_names import period_name
from reporting.services import costs

#: Rows of each table; older ones are history.
ROWS = 200


class EntryForm(forms.Form):
    """What all three have: a department or none, and how it is kept."""

    required_css_class = "required"
    keep: Callable[..., Entry]

    def __init__(self, what: str, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": "", "auto_id": f"{what}_%s"} | settings)
        field: Any = self.fields["department"]
        rows = registers().departments
        field.choices = [
            ("", _("Whole organisation")),
            *((str(key), "\u3000" * (row.path.count("/") - 2) + str(row)) for key, row in rows.items()),
        ]

    def given(self) -> dict[str, Any]:
        """What was filled in, the department as a row."""
        key = self.cleaned_data["department"]
        return self.cleaned_data | {"department": Department.objects.get(pk=key) if key else None}


class RateForm(EntryForm):
    """What an hour costs from a day on."""

    keep = staticmethod(costs.enter_rate)
    department = forms.ChoiceField(label=gettext_lazy("Department"), required=False)
    valid_from = DayField(label=gettext_lazy("Valid from"))
    amount = forms.DecimalField(
        label=pgettext_lazy("rate", "Yuan an hour"), max_digits=8, decimal_places=2, min_value=0.01
    )
    basis = forms.CharField(label=gettext_lazy("Decision it rests on"), max_length=200)


class BudgetForm(EntryForm):
    """The budget of a year for one kind of cost."""

    keep = staticmethod(costs.enter_budget)
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=costs.FIRST_YEAR, max_value=costs.LAST_YEAR)
    department = forms.ChoiceField(label=gettext_lazy("Department"), required=False)
    kind = forms.ChoiceField(label=pgettext_lazy("budget", "For"), choices=BudgetKind.choices)
    amount = forms.DecimalField(
        label=pgettext_lazy("cost", "Amount in yuan"), max_digits=14, decimal_places=2, min_value=0
    )
    basis = forms.CharField(label=gettext_lazy("Decision it rests on"), max_length=200)

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{"initial": {"year": timezone.localdate().year}} | settings)


class SpendingForm(EntryForm):
    """What was spent apart from cases."""

    keep = staticmethod(costs.enter_spending)
    spent_on = DayField(label=gettext_lazy("Day"))
    department = forms.ChoiceField(label=gettext_lazy("Department"), required=False)
    kind = forms.ChoiceField(
        label=pgettext_lazy("budget", "For"), choices=[(str(kind), kind.label) for kind in SPENT_BY_HAND]
    )
    amount = forms.DecimalField(
        label=pgettext_lazy("cost", "Amount in yuan"), max_digits=14, decimal_places=2, min_value=0.01
    )
    purpose = forms.CharField(label=gettext_lazy("What for"), max_length=200)


FORMS: Mapping[str, type[EntryForm]] = {"rate": RateForm, "budget": BudgetForm, "spending": SpendingForm}


@with_files()
def entries_page(request: HttpRequest, site: Any) -> HttpResponse:
    """What was entered, withdrawn entries too; a POST says `what` it enters."""
    standing = standing_for(request)
    if not may_read_costs(standing):
        raise PermissionDenied
    may_enter, status = may_enter_costs(standing), HTTPStatus.OK
    filled = {what: form(what) for what, form in FORMS.items()} if may_enter else {}
    if request.method == "POST":
        what = request.POST.get("what", "")
        if not may_enter:
            raise PermissionDenied
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if what in FORMS:
            form = filled[what] = FORMS[what](what, request.POST)
            if form.is_valid():
                try:
                    form.keep(**form.given(), by=person_of(request), now=timezone.now())
                except ActRefusedError as refusal:
                    form.add_error(None, refusal.reasons)
                else:
                    messages.success(request, _("The entry is kept and counts from now on."))
                    return redirect("admin:cost_entries")
    stretch = _stretch(request)
    context = frame(
        site,
        request,
        title=_("Rates, budgets and spending"),
        forms=filled,
        may_enter=may_enter,
        stretch=stretch,
        stretch_name=" – ".join(period_name(period) for period in dict.fromkeys(stretch)) if stretch else "",
        narrowed="period" in request.GET or "kind" in request.GET or "department" in request.GET,
        kind=dict(Spending._meta.get_field("kind").flatchoices).get(request.GET.get("kind", ""), ""),
        rates=_cut(request, _shown(HourlyRate, standing)),
        budgets=_cut(request, _shown(Budget, standing)),
        spendings=_cut(request, _spent(request, standing, stretch)),
    )
    return TemplateResponse(request, "reporting/cost_entries.html", context, status=status)


def _cut(request: HttpRequest, rows: QuerySet) -> QuerySet:
    """The newest on the page, all in a file."""
    return rows if is_for_file(request) else rows[:ROWS]


def _shown(model: type[HourlyRate | Budget], standing: Standing) -> QuerySet:
    """The newest entries; to heads those of their departments, and the general rates."""
    rows: QuerySet = model._default_manager.select_related("department", "entered_by", "withdrawn_by")
    if not may_read_figures(standing):
        own = below("department", standing.paths(Role.HEAD))
        rows = rows.filter(own | Q(department=None) if model is HourlyRate else own)
    return rows


def _stretch(request: HttpRequest) -> tuple[Period, Period] | None:
    """Of which days the spending is asked for: `?period=`, perhaps with `from=`. Http404 for what is no period."""
    if not request.GET.get("period"):
        return None
    try:
        last = Period.parse(request.GET["period"])
        return (Period.parse(request.GET["from"]) if request.GET.get("from") else last), last
    except ValueError:
        raise Http404 from None


def _spent(request: HttpRequest, standing: Standing, stretch: tuple[Period, Period] | None) -> QuerySet:
    rows = Spending._default_manager.select_related("department", "entered_by", "withdrawn_by")
    if not may_read_figures(standing):
        rows = rows.filter(below("department", standing.paths(Role.HEAD)))
    if stretch is not None:
        rows = rows.filter(spent_on__gte=stretch[0].first, spent_on__lte=stretch[1].last)
    if request.GET.get("kind"):
        rows = rows.filter(kind=request.GET["kind"])
    if "department" in request.GET:
        rows = rows.filter(_department(request.GET["department"]), withdrawn_at=None)
    return rows


def _department(key: str) -> Q:
    """At or below the department of that key; without one: of none. Http404 if there is no such department."""
    if not key:
        return Q(department=None)
    row = registers().departments.get(int(key)) if key.isdecimal() else None
    if row is None:
        raise Http404
    return below("department", [row.path])


@require_POST
def withdraw_entry(request: HttpRequest, site: Any, what: str, pk: int) -> HttpResponse:
    """Withdraw one entry, with a reason."""
    if what not in costs.ENTRIES:
        raise Http404
    try:
        costs.withdraw(what, pk, request.POST.get("reason", ""), by=person_of(request), now=timezone.now())
    except ActRefusedError as refusal:
        if refusal.code == "not_allowed":
            raise PermissionDenied from refusal
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The entry is withdrawn."))
    return redirect("admin:cost_entries")
