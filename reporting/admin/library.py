"""The case library: searching it, reading a case study, taking the list away. (RP-8)"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from complaints.admin.access import standing_for
from complaints.models import Category, Complaint
from complaints.states import Role
from reporting.admin.files import table_file
from reporting.admin.page_tables import with_files
from reporting.models import TEXTS, CaseStudy, StudyStatus
from reporting.models.case_study import label_of
from reporting.permissions import may_work_on_reports
from reporting.queries.case_study_search import Filters, found, studies
from reporting.terms import Piece, asked, marked, snippet

PER_PAGE = 20
#: How many of the texts of a study a result quotes.
QUOTED = 2


class SearchForm(forms.Form):
    """What is looked for. Categories and products are those of published studies."""

    q = forms.CharField(
        label=gettext_lazy("Look for"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    category = forms.ModelChoiceField(Category.objects.none(), label=gettext_lazy("Category"), required=False)
    product = forms.ChoiceField(label=gettext_lazy("Product or service"), required=False)

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": ""} | settings)
        published = CaseStudy.objects.published().order_by()
        category: Any = self.fields["category"]
        category.queryset = Category.objects.filter(pk__in=published.values("category")).order_by("path")
        category.empty_label = pgettext("category", "all")
        products = published.exclude(product="").values_list("product", flat=True).distinct()
        product: Any = self.fields["product"]
        product.choices = [("", pgettext("product", "all")), *((name, name) for name in sorted(products))]

    def searched(self) -> tuple[str, Filters]:
        """The question, and among which studies it is asked. What is not sound is left out."""
        self.is_valid()
        given = self.cleaned_data
        return given.get("q", "").strip(), Filters(given.get("product", ""), given.get("category"))


@dataclass(frozen=True, slots=True)
class Result:
    """A study as the list shows it: title, product and the texts that fit best, with what was found marked."""

    study: CaseStudy
    title: Sequence[Piece]
    product: Sequence[Piece]
    quotes: Sequence[tuple[str, Sequence[Piece]]]


def library_page(request: HttpRequest, site: Any) -> HttpResponse:
    """What is published, searched and filtered; for the quality department and auditors also drafts."""
    standing = standing_for(request)
    form = SearchForm(request.GET or None)
    question, filters = form.searched() if request.GET else ("", Filters())
    rows: Any = found(question, filters) if question else studies(filters).select_related("category")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    reads_drafts = standing.has(Role.QUALITY, Role.AUDITOR)
    others = CaseStudy.objects.visible_to(standing).exclude(status=StudyStatus.PUBLISHED) if reads_drafts else None
    kept = request.GET.copy()
    kept.pop("p", None)
    context = site.each_context(request) | {
        "title": _("Case library"),
        "form": form,
        "question": question,
        "page": page,
        "page_range": page.paginator.get_elided_page_range(page.number),
        "results": [_result(study, question) for study in _studies(page, question)],
        "is_narrowed": bool(form.is_bound and any(form.cleaned_data.values())),
        "others": list(others.select_related("proposed_by", "withdrawn_by").order_by("status", "-id")[:200])
        if others is not None
        else [],
        "reads_drafts": reads_drafts,
        "kept": f"{kept.urlencode()}&" if kept else "",
    }
    return TemplateResponse(request, "reporting/library.html", context)


def _studies(page: Any, question: str) -> list[CaseStudy]:
    """The studies of a page of results, in their order."""
    if not question:
        return list(page.object_list)
    keys = [row["study"] for row in page.object_list]
    by_key = CaseStudy.objects.published().select_related("category").in_bulk(keys)
    return [by_key[key] for key in keys if key in by_key]


def _result(study: CaseStudy, question: str) -> Result:
    wanted = set(asked(question))
    quotes = [(label_of(field), snippet(getattr(study, field), wanted)) for field in TEXTS if getattr(study, field)]
    hits = [quote for quote in quotes if any(piece.is_hit for piece in quote[1])]
    return Result(study, marked(study.title, wanted), marked(study.product, wanted), (hits or quotes[:1])[:QUOTED])


def library_file(request: HttpRequest, site: Any) -> HttpResponseBase:
    """What the list shows, as XLSX or CSV. Http404: no such format."""
    question, filters = SearchForm(request.GET).searched()
    rows = studies(filters).select_related("category", "published_by")
    if question:
        keys = [row["study"] for row in found(question, filters)]
        by_key = rows.in_bulk(keys)
        listed = [by_key[key] for key in keys if key in by_key]
    else:
        listed = list(rows)
    headings = [
        _("Number"),
        *(label_of(field) for field in ("title", *TEXTS)),
        _("Category"),
        _("Product or service"),
        _("Keywords"),
        _("Edition"),
        _("Published at"),
    ]
    lines = (
        [
            study.number,
            study.title,
            *(getattr(study, field) for field in TEXTS),
            str(study.category or ""),
            study.product,
            study.keywords,
            study.edition,
            timezone.localtime(study.published_at).replace(tzinfo=None) if study.published_at else "",
        ]
        for study in listed
    )
    return table_file(pgettext("file", "case library"), request.GET.get("format", ""), headings, lines)


@with_files()
def case_study_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """One case study, as it reads and prints. The complaint is named to whom may read it."""
    standing = standing_for(request)
    seen = CaseStudy.objects.visible_to(standing)
    study = get_object_or_404(seen.select_related("category", "proposed_by", "published_by", "withdrawn_by"), pk=pk)
    may_write = may_work_on_reports(standing)
    complaint = Complaint.objects.visible_to(standing).filter(pk=study.complaint_id).first()
    reads_record = may_write or standing.has(Role.AUDITOR)
    context = site.each_context(request) | {
        "title": study.title,
        "study": study,
        "texts": _texts(study),
        "keywords": [word for word in study.keywords.replace("、", ",").replace("，", ",").split(",") if word.strip()],
        "complaint": complaint,
        "may_write": may_write and complaint is not None,
        "may_withdraw": may_write and study.status != StudyStatus.WITHDRAWN,
        "reads_record": reads_record,
        "record": _record(study) if reads_record else [],
    }
    return TemplateResponse(request, "reporting/case_study.html", context)


def _texts(study: Any) -> list[tuple[str, str]]:
    """What a study says, or said, under its headings."""
    return [(label_of(field), getattr(study, field)) for field in TEXTS if getattr(study, field)]


def _record(study: CaseStudy) -> list[tuple[Any, list[tuple[str, str]]]]:
    """Its versions, the latest first; of those that everybody could read, also what they said."""
    rows = study.history.order_by("-history_id")[:50]
    return [(row, _texts(row) if row.status == StudyStatus.PUBLISHED else []) for row in rows]
