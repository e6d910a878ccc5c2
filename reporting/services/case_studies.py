"""Proposing, writing, publishing and withdrawing case studies. (RP-8)

A person must approve what the masking proposes. Nothing asks for two, and many a quality department is
one person: whoever proposed may publish, and both are on record beside the text.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Category, Complaint
from complaints.models.standing import Standing, standing_of
from complaints.services import records
from complaints.services.refusal import ActRefusedError
from reporting.masking import Kind, token
from reporting.models import TEXTS, CaseStudy, CaseStudyTerm, StudyStatus
from reporting.models.case_study import label_of
from reporting.permissions import may_work_on_reports
from reporting.queries import case_studies
from reporting.terms import terms

#: What a term counts in each text.
WEIGHTS = {"title": 4, "keywords": 4, "product": 2} | dict.fromkeys(TEXTS, 1)
#: Without these nothing is published.
NEEDED = ("title", "matter", "resolution", "lesson")
#: The shortest piece that is masked on request: one sign would go everywhere.
SHORTEST_WORD = 2


@dataclass(frozen=True, slots=True)
class Writing:
    """What a person makes of a draft.

    `taken_back` are masks whose words are put back; `left_out` are words masked wherever they stand, which are not
    kept; `digest` is that of the sources the person saw.
    """

    texts: Mapping[str, str]
    category: Category | None = None
    taken_back: Collection[str] = ()
    left_out: Collection[str] = ()
    digest: str = ""


def propose(complaint: Complaint, *, by: Any, now: datetime) -> CaseStudy:
    """Make a draft from the records of a closed complaint, with masks in it; the one there is, if there is one.

    Raises ActRefusedError for others than the quality department, for a complaint they may not read or that is open,
    confidential or under a legal hold. Unmasked text is kept nowhere.
    """
    standing = _authorise(by, now)
    with transaction.atomic():
        complaint = _readable(complaint.pk, standing)
        if present := CaseStudy.objects.filter(complaint=complaint, round=complaint.round).first():
            return present
        source = case_studies.sources(complaint, complaint.round, standing)
        known = case_studies.known_of(complaint, source.texts.values())
        made = dict(zip(case_studies.CHECKED, case_studies.proposal(source, known).texts, strict=True))
        study = CaseStudy(
            complaint=complaint,
            round=complaint.round,
            category=complaint.category,
            proposed_by=by,
            proposed_at=now,
            **made | {"title": made["title"][:200], "product": made["product"][:200]},
        )
        return records.save(study, by=by, reason="", now=now)


def write(study: CaseStudy, writing: Writing, *, version: int, by: Any, now: datetime) -> CaseStudy:
    """Keep what a person wrote into a draft.

    Raises ActRefusedError if it still holds something certainly personal: history keeps every text for ever, so that
    it must not even stand in a draft.
    """
    standing = _authorise(by, now)
    with transaction.atomic():
        study = _locked(study, standing, StudyStatus.DRAFT, version)
        texts = {field: _unified(writing.texts.get(field, "")) for field in case_studies.CHECKED}
        texts = _with_words_back(study, texts, writing, standing)
        texts = _with_words_out(texts, writing.left_out)
        if not texts["title"]:
            raise ActRefusedError("missing", _("The title is missing."))
        _refuse_personal(case_studies.places_in(study, texts))
        for field, text in texts.items():
            setattr(study, field, text)
        study.category = writing.category
        return _saved(study, by=by, reason="", now=now)


def publish(
    study: CaseStudy, *, confirmed: Collection[str], checklist: bool, version: int, by: Any, now: datetime
) -> CaseStudy:
    """Publish a draft: from now on everybody with an account finds it.

    `confirmed` are keys of places that look personal and, as a person says, are not (`queries.case_studies.Place`).
    Raises ActRefusedError if something certainly personal is in it, if a place is not confirmed, if the checklist is
    not, if a text is missing, or if the complaint is no longer one of which anything may be published.
    """
    standing = _authorise(by, now)
    with transaction.atomic():
        study = _locked(study, standing, StudyStatus.DRAFT, version)
        missing = [label_of(field) for field in NEEDED if not getattr(study, field)]
        if missing:
            raise ActRefusedError("missing", *(_("Missing: %(field)s.") % {"field": field} for field in missing))
        texts = case_studies.texts_of(study)
        places = case_studies.places_in(study)
        _refuse_personal(places)
        doubtful = [place for place in places if place.key not in confirmed]
        if doubtful:
            raise ActRefusedError("doubtful", *(_worded(place) for place in doubtful))
        if not checklist:
            raise ActRefusedError("unchecked", _("Confirm every line of the checklist before you publish."))
        found = _weighed(texts)
        study.status, study.length = StudyStatus.PUBLISHED, sum(found.values())
        study.published_by, study.published_at = by, now
        study = _saved(study, by=by, reason="", now=now)
        _index(study, found)
        return study


def withdraw(study: CaseStudy, reason: str, *, version: int, by: Any, now: datetime) -> CaseStudy:
    """Take a study out of the library, or give up a draft, with the reason. It is found no more."""
    standing = _authorise(by, now)
    with transaction.atomic():
        study = _locked(study, standing, "", version)
        if study.status == StudyStatus.WITHDRAWN:
            raise ActRefusedError("wrong_state", _("The case study was withdrawn already."))
        if not reason.strip():
            raise ActRefusedError("missing", _("Say why it is withdrawn."))
        # The reason is kept for ever, as every text is.
        said = case_studies.places_in(study, {"title": reason})
        _refuse_personal(said, _("The reason names somebody or something personal: %(words)s"))
        study.status, study.length = StudyStatus.WITHDRAWN, 0
        study.withdrawn_by, study.withdrawn_at, study.withdrawal_reason = by, now, reason.strip()
        study = _saved(study, by=by, reason=reason.strip(), now=now)
        CaseStudyTerm.objects.filter(study=study).delete()
        return study


def take_up(study: CaseStudy, *, version: int, by: Any, now: datetime) -> CaseStudy:
    """Make a draft again of what was withdrawn; what was published before stays in its history."""
    standing = _authorise(by, now)
    with transaction.atomic():
        study = _locked(study, standing, StudyStatus.WITHDRAWN, version)
        if study.published_at is not None:
            study.edition += 1
        study.status, study.published_by, study.published_at = StudyStatus.DRAFT, None, None
        study.withdrawn_by, study.withdrawn_at, study.withdrawal_reason = None, None, ""
        return _saved(study, by=by, reason="", now=now)


def reindex() -> int:
    """Write the terms of everything published anew, for when what is taken for a term has changed; how many studies.

    Terms are derived: no history, nobody's act. A study that is withdrawn meanwhile is left out.
    """
    keys = list(CaseStudy.objects.published().values_list("pk", flat=True))
    done = 0
    for key in keys:
        with transaction.atomic():
            study = CaseStudy.objects.published().select_for_update(of=("self",)).filter(pk=key).first()
            if study is not None:
                found = _weighed(case_studies.texts_of(study))
                CaseStudy.objects.filter(pk=key).update(length=sum(found.values()))
                _index(study, found)
                done += 1
    return done


# --- Who and what ----------------------------------------------------------------------------------------------------


def _authorise(by: Any, now: datetime) -> Standing:
    standing = standing_of(by, now)
    if not may_work_on_reports(standing):
        raise ActRefusedError("not_allowed", _("Only the quality department writes case studies."))
    return standing


def _readable(pk: int, standing: Standing) -> Complaint:
    """The complaint, locked: nobody makes it confidential or holds it meanwhile."""
    visible = Complaint.objects.visible_to(standing).filter(pk=pk).order_by().values("pk")
    complaint = Complaint.objects.select_for_update(of=("self",)).filter(pk__in=visible).first()
    if complaint is None:
        raise ActRefusedError("not_allowed", _("There is no such complaint, or it is not yours to read."))
    if reasons := case_studies.why_not_proposed(complaint):
        raise ActRefusedError("not_published", *reasons)
    return complaint


def _locked(study: CaseStudy, standing: Standing, status: str, version: int) -> CaseStudy:
    """The study as it is now. To write or publish it the complaint must be readable; to withdraw it need not be."""
    row = CaseStudy.objects.select_for_update(of=("self",)).get(pk=study.pk)
    if row.version != version:
        raise ActRefusedError("changed", _("Somebody changed it meanwhile; look at it again."))
    if status and row.status != status:
        raise ActRefusedError("wrong_state", _("The case study is not in a state in which this can be done."))
    if status:
        row.complaint = _readable(row.complaint_id, standing)
    return row


def _saved(study: CaseStudy, *, by: Any, reason: str, now: datetime) -> CaseStudy:
    study.version += 1
    return records.save(study, by=by, reason=reason, now=now)


# --- Texts -----------------------------------------------------------------------------------------------------------


def _unified(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))


def _with_words_back(
    study: CaseStudy, texts: Mapping[str, str], writing: Writing, standing: Standing
) -> dict[str, str]:
    """Masks that were taken back make room for the words of the source; a certain one does not."""
    if not writing.taken_back:
        return dict(texts)
    source = case_studies.sources(study.complaint, study.round, standing)
    if source.digest != writing.digest:
        raise ActRefusedError("changed", _("The records of the case have changed; look at the masks again."))
    known = case_studies.known_of(study.complaint, source.texts.values())
    masks = {code: mask for mask in case_studies.proposal(source, known).masks for code in mask.spellings}
    found = dict(texts)
    for code in writing.taken_back:
        if code not in masks or masks[code].is_certain:
            raise ActRefusedError(
                "not_allowed", _("%(mask)s stands for something personal and stays.") % {"mask": code}
            )
        found = {field: text.replace(code, masks[code].value) for field, text in found.items()}
    return found


def _with_words_out(texts: Mapping[str, str], words: Collection[str]) -> dict[str, str]:
    found = dict(texts)
    for word in sorted((word.strip() for word in words if word.strip()), key=len, reverse=True):
        if len(word) < SHORTEST_WORD:
            raise ActRefusedError("missing", _("Words to mask have at least two signs."))
        found = {field: text.replace(word, token(Kind.WORD)) for field, text in found.items()}
    return found


def _refuse_personal(places: Collection[case_studies.Place], message: str = "") -> None:
    found = [place for place in places if place.is_certain]
    if found:
        worded = (message % {"words": place.words} if message else _worded(place) for place in found)
        raise ActRefusedError("personal", *dict.fromkeys(worded))


def _worded(place: case_studies.Place) -> str:
    """A place in words: the field, the words and what stands around them."""
    values = {"field": place.label, "around": f"…{place.before}{place.words}{place.after}…", "kind": place.kind.label}
    if place.is_certain:
        return _("“%(field)s” still holds personal data (%(kind)s): %(around)s") % values
    return _("“%(field)s” may hold personal data (%(kind)s); mask it or confirm that it is none: %(around)s") % values


def _index(study: CaseStudy, found: Mapping[str, int]) -> None:
    """Put the terms of a study in place of those it had."""
    CaseStudyTerm.objects.filter(study=study).delete()
    rows = [CaseStudyTerm(study=study, term=term, weight=weight) for term, weight in sorted(found.items())]
    records.insert_all(CaseStudyTerm, rows)


def _weighed(texts: Mapping[str, str]) -> Counter[str]:
    """The terms of a study with their weights."""
    found: Counter[str] = Counter()
    for field, text in texts.items():
        for term in terms(text):
            found[term.text] += WEIGHTS[field]
    return found
