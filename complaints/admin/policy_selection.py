"""Which policy governs: the ordered rules, edited as one text, and a box to try them. (DL-8)"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Field
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.admin.access import person_of
from complaints.admin.history import Say
from complaints.admin.policies import PolicyPages
from complaints.admin.registers import WideInput
from complaints.admin.trees import TreeChoiceField
from complaints.models import Category, Channel, Department, Policy, PolicySelection, PolicyVersion
from complaints.policy_rules import CaseFacts, PolicyFileError, Problem, Selection, SelectionRule
from complaints.policy_rules.selection import CONDITIONS
from complaints.punctuation import clauses, labelled
from complaints.queries.governing import Governing, NoVersionError
from complaints.services.policies import SourceFile
from complaints.services.policy_selection import replace_selection, selection_text
from complaints.states import ComplainantKind, Kind

#: For each condition its codes and what they are called.
Words = dict[str, dict[str, Any]]


class TryForm(forms.Form):
    """A case to try the rules on."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    channel = forms.ModelChoiceField(Channel.objects.none(), label=_("Channel"), empty_label=None)
    complainant_kind = forms.ChoiceField(label=_("Kind of complainant"), choices=ComplainantKind.choices)
    category = TreeChoiceField(Category.objects.none(), label=_("Category"), required=False, empty_label=_("none yet"))
    first_contact_department = TreeChoiceField(Department.objects.none(), label=_("Department"), empty_label=None)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": "", **options})
        active: dict[str, Any] = {
            "channel": Channel.objects.filter(is_active=True),
            "category": Category.objects.filter(is_active=True).order_by("path"),
            "first_contact_department": Department.objects.filter(is_active=True).order_by("path"),
        }
        for name, queryset in active.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]


class RulesForm(forms.Form):
    """All rules as one text."""

    text = forms.CharField(
        label=_("Rules"), strip=False, widget=forms.Textarea(attrs={"class": "code", "spellcheck": "false"})
    )
    why = forms.CharField(label=_("Reason of the change"), widget=WideInput, help_text=_("Kept in the change history."))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": "", **options})


@dataclass(frozen=True, slots=True)
class Given:
    """What a registration would say."""

    kind: str
    channel: Channel
    complainant_kind: str
    category: Category | None
    first_contact_department: Department


@dataclass(frozen=True, slots=True)
class Tried:
    """Which rule fires for a case, in words, and where it leads."""

    lines: tuple[str, ...]
    version: PolicyVersion | None
    problem: str = ""


def try_rules(given: Given) -> Tried:
    """What the rules in use say of a case at present."""
    governing = Governing(timezone.now())
    try:
        selection = governing.selection(given)
    except NoVersionError as error:
        return Tried((), None, str(error))
    lines = tuple(_reasons(selection, _words()))
    try:
        return Tried(lines, governing.version(given))
    except NoVersionError as error:
        return Tried(lines, None, str(error))


def _reasons(selection: Selection, words: Words) -> Iterator[str]:
    """One line for each rule looked at, as `Selection.explain` has them, with names instead of codes."""
    for number, (rule, failing) in enumerate(selection.passed_over, 1):
        whys = clauses(_why(rule, condition, selection.facts, words[condition]) for condition in failing)
        yield gettext("Rule %(number)d (%(policy)s) does not apply: %(why)s.") % {
            "number": number,
            "policy": words["policy"].get(rule.policy, rule.policy),
            "why": whys,
        }
    yield gettext("Rule %(number)d (%(policy)s) applies.") % {
        "number": selection.index + 1,
        "policy": words["policy"].get(selection.policy, selection.policy),
    }


def _why(rule: SelectionRule, condition: str, facts: CaseFacts, names: Mapping[str, Any]) -> str:
    value = (*facts.values(condition), "")[0]
    return gettext("%(condition)s is %(value)s, not %(wanted)s") % {
        "condition": CONDITIONS[condition],
        "value": names.get(value, value) or gettext("not known"),
        "wanted": _either(rule.conditions[condition], names),
    }


def _either(codes: Iterable[str], names: Mapping[str, Any]) -> str:
    return " / ".join(str(names.get(code, code)) for code in sorted(codes))


@admin.register(PolicySelection)
class PolicySelectionAdmin(PolicyPages):
    """The ordered rules: one page, not one form each, since their order is what they mean."""

    explanation = _("The first rule that fits governs. Its conditions must all hold, each by one of its values.")

    def history_says(self, request: HttpRequest, object_id: str) -> Say:
        words = _words()

        def say(_row: Any, field: Field, value: Any) -> str | None:
            if field.name != "conditions" or not value:
                return None
            return "\n".join(labelled(name, text) for name, text in _in_words(value, words))

        return say

    def get_urls(self) -> list[URLPattern]:
        edit = self.admin_site.admin_view(self.edit)
        return [path("edit/", edit, name="policy_selection_edit"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The rules in their order, and the box to try them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = TryForm(request.GET if "kind" in request.GET else None)
        rows = list(self.get_queryset(request).select_related("policy").order_by("position"))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Which policy governs?"),
            "explanation": self.explanation,
            "opts": self.opts,
            "rows": list(zip(rows, _conditions(rows), strict=True)),
            "form": form,
            "tried": try_rules(Given(**form.cleaned_data)) if form.is_bound and form.is_valid() else None,
            "administers": self.administers(request),
            "may_read_history": self.has_history_permission(request),
        }
        return TemplateResponse(request, "admin/complaints/policyselection/page.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A rule means something only among the others."""
        return redirect("admin:complaints_policyselection_changelist")

    def edit(self, request: HttpRequest) -> HttpResponse:
        """All rules as one text, replaced as a whole."""
        if not self.administers(request):
            raise PermissionDenied
        form = RulesForm(request.POST or None, initial={"text": selection_text()})
        problems: tuple[Problem, ...] = ()
        if request.method == "POST" and form.is_valid():
            source = SourceFile("", form.cleaned_data["text"].replace("\r\n", "\n"))
            try:
                is_changed = replace_selection(
                    source, by=person_of(request), reason=form.cleaned_data["why"], now=timezone.now()
                )
            except PolicyFileError as error:
                problems = error.problems
            else:
                said = gettext("The rules are replaced.") if is_changed else gettext("The rules said so already.")
                messages.success(request, said)
                return redirect("admin:complaints_policyselection_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Edit the rules"),
            "opts": self.opts,
            "form": form,
            "problems": problems,
            "policies": Policy.objects.all(),
        }
        return TemplateResponse(request, "admin/complaints/policyselection/edit.html", context)


def _conditions(rows: list[PolicySelection]) -> list[list[tuple[str, str]]]:
    """For each rule its conditions in words; the number of queries does not depend on the number of rules."""
    words = _words()
    return [_in_words(row.conditions, words) for row in rows]


def _in_words(conditions: Mapping[str, Any], words: Words) -> list[tuple[str, str]]:
    return [
        (str(CONDITIONS[name]), _either(conditions[name], words[name])) for name in CONDITIONS if name in conditions
    ]


def _words() -> Words:
    """What the codes in rules are called."""
    return {
        "kind": dict(Kind.choices),
        "channel": {row.code: row for row in Channel.objects.all()},
        "complainant_kind": dict(ComplainantKind.choices),
        "category": {row.code: row for row in Category.objects.all()},
        "department": {row.code: row for row in Department.objects.all()},
        "policy": {row.code: row for row in Policy.objects.all()},
    }
