"""A letter to the complainant: looked at, filled in, and logged as sent by one call of the workflow. (WF-6, WF-15)"""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from complaints.acts import ACTS
from complaints.admin.documents.showing import frame, language_of, open_page, show
from complaints.documents import letters
from complaints.permissions import may_take
from complaints.policy_rules import LetterTemplate
from complaints.queries.case_page import CasePage
from complaints.services.doing import ActRefusedError
from complaints.services.workflow import perform
from complaints.states import Direction, Medium, State

LOG = ACTS["log_communication"]
#: Means by which words can be sent as they stand.
MEDIA = (Medium.LETTER, Medium.EMAIL, Medium.ONLINE, Medium.SMS, Medium.VISIT)
#: The complainant reads it: where nobody says otherwise, in simplified Chinese.
LANGUAGE = "zh-hans"


def letter_page(request: HttpRequest, site: Any, pk: int, code: str) -> HttpResponse:
    """The letter with the case's data. Who may not write to the complainant may not make it either."""
    page = open_page(request, pk)
    if not may_take(LOG, page.standing, page.case) or not page.reads_identity:
        raise PermissionDenied
    try:
        template = page.case.rules.letter(code)
    except KeyError as error:
        raise Http404 from error
    why = letters.why_not(page, template)
    if why is not None:
        context = frame(site, request, page.complaint, title=_("Not final yet"), why=why)
        return TemplateResponse(request, "complaints/documents/refused.html", context, status=HTTPStatus.CONFLICT)
    language = language_of(request, LANGUAGE)
    given = {name: str(text) for name, text in (request.POST or request.GET).items() if name in letters.GIVEN}
    with translation.override(language):
        made = letters.letter(page, template, given)
    errors: list[str] = []
    if request.method == "POST":
        errors = _log(request, page, made)
        if not errors:
            messages.success(request, _("The letter is on record in the communication log."))
            return redirect("admin:complaints_complaint_change", pk)
    return show(
        site,
        request,
        lambda: letters.as_document(page, made),
        complaint=page.complaint,
        language=language,
        template="complaints/documents/letter.html",
        letter=made,
        fields=_fields(template, made, given),
        may_log=page.complaint.state != State.ARCHIVED,
        media=[(medium.value, medium.label) for medium in MEDIA],
        errors=errors,
    )


def _log(request: HttpRequest, page: CasePage, made: letters.Letter) -> list[str]:
    """Put the letter on record as sent; why it was refused, or nothing."""
    if made.missing:
        return [_("The letter has gaps: the case does not say everything it names.")]
    version = request.POST.get("seen_version", "")
    given = {
        "direction": Direction.OUTGOING.value,
        "medium": request.POST.get("medium", ""),
        "reached": True,
        "carries_decision": letters.carries_decision(made.template),
        "content": made.text,
    }
    try:
        perform(
            page.complaint.pk,
            LOG.code,
            by=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
            given=given,
            seen_version=int(version) if version.isdecimal() else None,
        )
    except ActRefusedError as error:
        return error.reasons
    return []


def _fields(template: LetterTemplate, made: letters.Letter, given: dict[str, str]) -> list[dict[str, Any]]:
    """What the writer may fill in: whatever the letter names of it and the case does not say, or was given before."""
    return [
        {"name": name, "label": label, "value": given.get(name, ""), "is_long": name != "due_on"}
        for name, label in letters.GIVEN.items()
        if name in template.placeholders() and (name in made.missing or given.get(name))
    ]
