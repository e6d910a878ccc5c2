"""A measure that no single complaint asks for, demanded by the quality department, mostly from a report. (AC-9, RP-11)

A report links here with what it knows already:
`reverse("admin:measure_demand", query={"origin": "2026Q3 · 3.2", "department": "workshop", "kind": "preventive"})`.
Known are `origin`, `title`, `description` and `effect_product` as text, `kind` and `effect_scope` by their codes, and
`department`, `cause` and `effect_category` by the codes of the registers. Everything can be changed before it is sent.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accountability.acts import Subject
from accountability.admin.opening import address_of, frame
from accountability.models import Measure, RootCause
from accountability.permissions import may_demand_measure
from accountability.services.effects.measures import DemandError, demand
from accountability.states import EffectScope, MeasureKind
from complaints.admin.access import person_of, standing_for
from complaints.admin.forms.fields import MomentField, choice_field, labelled
from complaints.admin.people import PersonField
from complaints.admin.trees import TreeChoiceField
from complaints.models import User
from complaints.queries import options

TEXTS = ("origin", "title", "description", "effect_product")
CLOSED = ("kind", "effect_scope")
TREES = ("department", "cause", "effect_category")
WIDE = {"class": "wide"}


class DemandForm(forms.Form):
    """What is to be done, by whom and by when, and which complaints will tell whether it helped."""

    required_css_class = "required"

    origin = forms.CharField(
        label=gettext_lazy("Follows from"),
        max_length=200,
        widget=forms.TextInput(WIDE),
        help_text=gettext_lazy("The report and its line, such as “2026Q3 · 3.2”."),
    )
    title = forms.CharField(label=gettext_lazy("Measure"), max_length=200, widget=forms.TextInput(WIDE))
    description = forms.CharField(
        label=gettext_lazy("What is to be done"), max_length=20000, widget=forms.Textarea(attrs={"rows": 5})
    )
    due_at = MomentField(label=gettext_lazy("Due"))
    effect_product = forms.CharField(
        label=gettext_lazy("Product or service"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Needed where complaints about the same product are counted, written as they write it."),
    )
    #: The last measure there was when the form was opened: a button pressed twice makes one measure.
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    field_order = (
        "origin",
        "kind",
        "title",
        "description",
        "department",
        "person",
        "due_at",
        "effect_scope",
        "cause",
        "effect_category",
        "effect_product",
    )

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": ""} | settings)
        #: What a link asked for and the registers do not have.
        self.notes: list[str] = []
        self.fields["kind"] = choice_field(labelled(MeasureKind), required=True, label=_("Kind"))
        self.fields["department"] = TreeChoiceField(options.departments(), label=_("Department"))
        self.fields["person"] = PersonField(
            User.objects.filter(is_active=True), label=_("Owner"), help_text=_("Carries it out and reports it done.")
        )
        self.fields["effect_scope"] = choice_field(
            labelled(EffectScope),
            required=True,
            label=_("Complaints counted for its effect"),
            initial=EffectScope.DEPARTMENT,
        )
        self.fields["cause"] = TreeChoiceField(
            RootCause.objects.filter(is_active=True),
            required=False,
            label=_("Root cause"),
            help_text=_("Needed where complaints with the same root cause are counted."),
        )
        self.fields["effect_category"] = TreeChoiceField(
            options.categories(),
            required=False,
            label=_("Category"),
            help_text=_("Needed where complaints of the same category are counted."),
        )
        self.order_fields(self.field_order)

    def prefill(self, asked: Mapping[str, str]) -> None:
        """Begin with what a link knows. What it names and nobody can choose is said, and left to be chosen."""
        for name in (*TEXTS, *CLOSED, *TREES):
            value = asked.get(name, "").strip()
            if not value:
                continue
            found = self._known(name, value)
            if found is None:
                words = {"field": self.fields[name].label, "value": value}
                self.notes.append(_("“%(field)s”: the link names “%(value)s”, which cannot be chosen here.") % words)
            else:
                self.initial[name] = found

    def _known(self, name: str, value: str) -> Any:
        field: Any = self.fields[name]
        if name in TREES:
            return next((row.pk for row in field.queryset if row.code == value), None)
        if name in CLOSED:
            return value if field.valid_value(value) else None
        return value

    def given(self) -> dict[str, Any]:
        """The values for the service."""
        renamed = {"person": "owner", "effect_category": "category", "effect_product": "product"}
        return {renamed.get(name, name): value for name, value in self.cleaned_data.items() if name != "seen"}

    def see_again(self) -> None:
        """Sent once more after the question, it is meant."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["seen"] = str(_last_measure())
        self.data = data


def demand_page(request: HttpRequest, site: Any) -> HttpResponse:
    """The form, filled in as far as the link knows; or the measure."""
    if not may_demand_measure(standing_for(request)):
        raise PermissionDenied
    if request.method == "POST":
        return _take(request, site, DemandForm(request.POST))
    form = DemandForm(initial={"seen": _last_measure()})
    form.prefill(request.GET)
    return _page(request, site, form)


def _take(request: HttpRequest, site: Any, form: DemandForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, site, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if _is_repeated(request, form):
        form.see_again()
        form.add_error(
            None,
            _("You have already recorded this since you opened the form. Send it again only if you mean another one."),
        )
        return _page(request, site, form, status=HTTPStatus.CONFLICT)
    try:
        measure = demand(by=person_of(request), now=timezone.now(), **form.given())
    except DemandError as refusal:
        for field, text in refusal.found:
            form.add_error(field or None, text)
        return _page(request, site, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("Recorded as %(number)s.") % {"number": measure.number})
    return redirect(address_of(Subject.MEASURE, measure.pk))


def _page(request: HttpRequest, site: Any, form: DemandForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    context = frame(site, request, None, title=pgettext("act", "Demand a measure"), form=form)
    return TemplateResponse(request, "accountability/measure_beginning.html", context, status=status)


def _last_measure() -> int:
    found: int | None = Measure.objects.aggregate(last=Max("id"))["last"]
    return found or 0


def _is_repeated(request: HttpRequest, form: DemandForm) -> bool:
    """The same person demanded the same of the same department since the form was opened."""
    given = form.cleaned_data
    same = {name: given[name] for name in ("origin", "title", "department")}
    since = Measure.objects.filter(made_by=person_of(request), id__gt=given["seen"] or 0, complaint=None)
    return bool(since.filter(**same).exists())
