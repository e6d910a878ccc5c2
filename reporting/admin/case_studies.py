"""Writing case studies: a draft beside its sources, masks and places in doubt, publication, withdrawal. (RP-8)"""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints.admin.access import person_of, standing_for
from complaints.models import Category, Complaint
from complaints.services.refusal import ActRefusedError
from reporting.masking import Mask, Proposal
from reporting.models import TEXTS, CaseStudy, StudyStatus
from reporting.permissions import may_work_on_reports
from reporting.queries.case_studies import CHECKED, Sources, known_of, places_in, proposal, sources
from reporting.services import case_studies
from reporting.services.case_studies import Writing

#: What a person confirms before a study goes to everybody.
CHECKLIST = (
    ("nobody", gettext_lazy("No text names the complainant, an employee or anybody else.")),
    ("nothing", gettext_lazy("No number, address or account in it leads to a person.")),
    ("nobody_known", gettext_lazy("Nobody can be recognised from the circumstances, either.")),
    ("true", gettext_lazy("What it says agrees with the records of the case.")),
)
HELP = {
    "matter": gettext_lazy("What happened and what was demanded, as far as a reader needs it."),
    "finding": gettext_lazy("What the investigation found."),
    "cause": gettext_lazy("Root causes and responsible functions, without names."),
    "resolution": gettext_lazy("What was done for the complainant and within the organisation."),
    "lesson": gettext_lazy("What others should do or avoid; this is why people read it."),
    "keywords": gettext_lazy("Words under which people look for it, separated by commas."),
}


class StudyForm(forms.ModelForm):
    """A draft as it is written."""

    category = forms.ModelChoiceField(
        Category.objects.filter(is_active=True), label=gettext_lazy("Category"), required=False
    )
    left_out = forms.CharField(
        label=gettext_lazy("Mask these words too"),
        help_text=gettext_lazy("One a line. They are masked in every text and kept nowhere."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    digest = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = CaseStudy
        fields = ("title", *TEXTS, "category", "product", "keywords")

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": ""} | settings)
        for name in TEXTS:
            self.fields[name].widget.attrs = {"rows": 7}
            self.fields[name].max_length = 20000  # type: ignore[attr-defined]
        for name, text in HELP.items():
            self.fields[name].help_text = text

    def writing(self, taken_back: list[str]) -> Writing:
        """What the service is given."""
        given = self.cleaned_data
        return Writing(
            texts={field: given[field] for field in CHECKED},
            category=given["category"],
            taken_back=taken_back,
            left_out=given["left_out"].splitlines(),
            digest=given["digest"],
        )

    def is_unsaved(self) -> bool:
        """Something was written, chosen or ticked that the draft does not hold."""
        given = {field: self.data.get(field, "").replace("\r\n", "\n").strip() for field in CHECKED}
        kept = {field: getattr(self.instance, field).strip() for field in CHECKED}
        chosen, category = self.data.get("category", ""), self.instance.category_id
        further = [self.data.get("left_out", "").strip(), self.data.get("taken_back", "")]
        return given != kept or chosen != str(category or "") or any(further)

    def _post_clean(self) -> None:
        """The service writes; the record of the page stays as it was read."""


class ReasonForm(forms.Form):
    """Why a study is withdrawn."""

    reason = forms.CharField(
        label=pgettext_lazy("case study", "Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{"label_suffix": ""} | settings)


@dataclass(frozen=True, slots=True)
class SourcePiece:
    """A piece of a source; with a kind, it is masked."""

    text: str
    kind: str = ""
    is_certain: bool = False


def propose_case_study(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """Make a draft from a closed complaint and go there."""
    standing = standing_for(request)
    if not may_work_on_reports(standing):
        raise PermissionDenied
    complaint = get_object_or_404(Complaint.objects.visible_to(standing), pk=pk)
    try:
        study = case_studies.propose(complaint, by=person_of(request), now=timezone.now())
    except ActRefusedError as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
        return redirect("admin:complaints_complaint_change", pk)
    return redirect("admin:case_study_edit" if study.status == StudyStatus.DRAFT else "admin:case_study", study.pk)


def edit_case_study(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """The draft beside what the records say."""
    study = _draft(request, pk)
    form, status = StudyForm(request.POST or None, instance=study, initial={"version": study.version}), HTTPStatus.OK
    if request.method == "POST":
        if form.is_valid():
            try:
                case_studies.write(
                    study,
                    form.writing(request.POST.getlist("taken_back")),
                    version=form.cleaned_data["version"],
                    by=person_of(request),
                    now=timezone.now(),
                )
            except ActRefusedError as refusal:
                form.add_error(None, refusal.reasons)
            else:
                messages.success(request, _("The draft is kept."))
                return redirect("admin:case_study_edit", pk)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return _editing(request, site, study, form=form, status=status)


def publish_case_study(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """Publish the draft as it was kept last. What was changed on the page since then is neither lost nor published."""
    study = _draft(request, pk)
    form, status = StudyForm(request.POST, instance=study), HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_unsaved():
        problems = [_("The page holds changes that are not kept yet. Keep the draft, then publish.")]
        return _editing(request, site, study, form=form, status=status, problems=problems)
    try:
        case_studies.publish(
            study,
            confirmed=request.POST.getlist("confirmed"),
            checklist=all(request.POST.get(code) for code, _text in CHECKLIST),
            version=_version(request),
            by=person_of(request),
            now=timezone.now(),
        )
    except ActRefusedError as refusal:
        return _editing(request, site, study, form=form, status=status, problems=refusal.reasons)
    messages.success(request, _("%(number)s is published; everybody can find it now.") % {"number": study.number})
    return redirect("admin:case_study", pk)


def withdraw_case_study(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """Ask for the reason, and withdraw."""
    standing = standing_for(request)
    study = get_object_or_404(CaseStudy.objects.visible_to(standing), pk=pk)
    if not may_work_on_reports(standing):
        raise PermissionDenied
    if study.status == StudyStatus.WITHDRAWN:
        raise Http404
    form, status = ReasonForm(request.POST or None), HTTPStatus.OK
    if request.method == "POST":
        if form.is_valid():
            try:
                case_studies.withdraw(
                    study,
                    form.cleaned_data["reason"],
                    version=_version(request),
                    by=person_of(request),
                    now=timezone.now(),
                )
            except ActRefusedError as refusal:
                form.add_error(None, refusal.reasons)
            else:
                messages.success(request, _("%(number)s is withdrawn.") % {"number": study.number})
                return redirect("admin:library")
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = site.each_context(request) | {"title": _("Withdraw the case study"), "study": study, "form": form}
    return TemplateResponse(request, "reporting/case_study_withdraw.html", context, status=status)


def take_up_case_study(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """Make a draft of it again, and go there."""
    standing = standing_for(request)
    study = get_object_or_404(CaseStudy.objects.visible_to(standing), pk=pk)
    if not may_work_on_reports(standing):
        raise PermissionDenied
    try:
        case_studies.take_up(study, version=_version(request), by=person_of(request), now=timezone.now())
    except ActRefusedError as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
        return redirect("admin:case_study", pk)
    return redirect("admin:case_study_edit", pk)


def _version(request: HttpRequest) -> int:
    """The version the person saw; 0, which nothing has, if the form does not say."""
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() else 0


def _draft(request: HttpRequest, pk: int) -> CaseStudy:
    """A draft that the person may write: its complaint is theirs to read."""
    standing = standing_for(request)
    study = get_object_or_404(CaseStudy.objects.visible_to(standing).select_related("complaint__complainant"), pk=pk)
    if not may_work_on_reports(standing):
        raise PermissionDenied
    is_readable = Complaint.objects.visible_to(standing).filter(pk=study.complaint_id).exists()
    if study.status != StudyStatus.DRAFT or not is_readable:
        raise Http404
    return study


def _editing(
    request: HttpRequest, site: Any, study: CaseStudy, *, form: StudyForm, status: HTTPStatus, problems: Any = ()
) -> HttpResponse:
    """The page of a draft. What the records say is read anew each time and kept nowhere."""
    source = sources(study.complaint, study.round, standing_for(request))
    proposed = proposal(source, known_of(study.complaint, source.texts.values()))
    pieces = dict(zip(CHECKED, _pieces(source, proposed), strict=True))
    if not form.is_bound:
        form.initial["digest"] = source.digest
    chosen, taken_back = set(request.POST.getlist("confirmed")), set(request.POST.getlist("taken_back"))
    context = site.each_context(request) | {
        "title": _("Draft of %(number)s") % {"number": study.number},
        "study": study,
        "complaint": study.complaint,
        "form": form,
        "problems": problems,
        "rows": [(form[field], pieces[field] if source.texts[field] else ()) for field in ("title", *TEXTS)],
        "further": [form["category"], form["product"], form["keywords"], form["left_out"]],
        "hidden": [form["version"], form["digest"]],
        "masks": [(code, mask, code in taken_back) for code, mask in _standing_masks(study, proposed)],
        "places": [(place, place.key in chosen) for place in places_in(study)],
        "checklist": [(code, text, bool(request.POST.get(code))) for code, text in CHECKLIST],
    }
    return TemplateResponse(request, "reporting/case_study_edit.html", context, status=status)


def _standing_masks(study: CaseStudy, proposed: Proposal) -> Iterator[tuple[str, Mask]]:
    """The masks that stand in the draft, as they are written there: who made it may read another language."""
    whole = "\n".join(getattr(study, field) for field in CHECKED)
    for mask in proposed.masks:
        for code in mask.spellings:
            if code in whole:
                yield code, mask
                break


def _pieces(source: Sources, proposed: Proposal) -> list[list[SourcePiece]]:
    """The texts of the sources, what is masked in them told apart."""
    found = []
    for field, ones in zip(CHECKED, proposed.spans, strict=True):
        text, end = source.texts[field], 0
        pieces = []
        for span in ones:
            pieces += [
                SourcePiece(text[end : span.start]),
                SourcePiece(text[span.start : span.end], str(span.kind.label), span.is_certain),
            ]
            end = span.end
        found.append([piece for piece in (*pieces, SourcePiece(text[end:])) if piece.text])
    return found
