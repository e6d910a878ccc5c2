"""What a case study is made from, and what of it belongs to somebody. (RP-8, AU-5)

Personal values are read here to be looked for, never to be shown: what comes out are masks and places.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accountability.models import (
    Determination,
    DeterminedCause,
    InquiryEvent,
    Investigation,
    Measure,
    Membership,
    OutsideParty,
    Party,
)
from complaints.models import (
    Complaint,
    ComplaintEvent,
    ContactSheet,
    Finding,
    Plan,
    PlanStatus,
    PlanStep,
    Respondent,
    User,
)
from complaints.models.standing import Standing
from complaints.states import State
from reporting.masking import Kind, Known, Proposal, Span, propose, spans, spelled_out
from reporting.models import TEXTS, CaseStudy
from reporting.models.case_study import label_of
from reporting.permissions import may_work_on_reports

#: What is checked: everything of a study that somebody reads.
CHECKED = ("title", *TEXTS, "product", "keywords")


def why_not_proposed(complaint: Complaint) -> list[str]:
    """Why nothing may be published of a complaint: it is not closed, confidential, or under a legal hold."""
    found = []
    if complaint.state not in {State.CLOSED, State.ARCHIVED}:
        found.append(_("Only a closed complaint can become a case study."))
    if complaint.is_confidential:
        found.append(_("Nothing is published of a confidential complaint."))
    if complaint.is_held:
        found.append(_("The case is under a legal hold: nothing of it is published."))
    return found


def may_propose(standing: Standing, complaint: Complaint) -> bool:
    """The quality department, of a closed complaint of which something may be published."""
    return may_work_on_reports(standing) and not why_not_proposed(complaint)


# --- What the case says ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sources:
    """The texts of the case by the field of a study, and their digest: whether they are still the same."""

    texts: Mapping[str, str]
    digest: str


def sources(complaint: Complaint, round_: int, standing: Standing) -> Sources:
    """What the records of the round say, as far as the person may read them, by the field they belong to."""
    finding = Finding.objects.filter(complaint=complaint, round=round_).first()
    plan = _plan(complaint, round_)
    determination = _determination(complaint, round_, standing)
    texts = {
        "title": complaint.subject,
        "matter": _joined(complaint.content, complaint.demand),
        "finding": _joined(finding.opinion if finding else "", determination.facts if determination else ""),
        "cause": _joined(determination.reasoning if determination else "", *_causes(determination)),
        "resolution": _joined(plan.summary if plan else "", *_steps(plan)),
        "lesson": _joined(plan.improvement if plan else "", *_measures(complaint, standing)),
        "product": complaint.product,
        "keywords": "",
    }
    digest = hashlib.sha256("\x00".join(texts[field] for field in CHECKED).encode()).hexdigest()
    return Sources(texts, digest)


def proposal(source: Sources, known: Iterable[Known]) -> Proposal:
    """The texts of the case with masks, in the order of CHECKED."""
    return propose([source.texts[field] for field in CHECKED], known)


def _joined(*texts: str) -> str:
    """The lines of the texts, each once."""
    lines = (line.strip() for text in texts for line in text.splitlines())
    return "\n".join(dict.fromkeys(line for line in lines if line))


def _plan(complaint: Complaint, round_: int) -> Plan | None:
    return Plan.objects.filter(complaint=complaint, round=round_, status=PlanStatus.AGREED).order_by("-id").first()


def _steps(plan: Plan | None) -> list[str]:
    return list(PlanStep.objects.filter(plan=plan).values_list("description", flat=True)) if plan else []


def _determination(complaint: Complaint, round_: int, standing: Standing) -> Determination | None:
    seen = Investigation.objects.filter(complaint=complaint, round=round_).visible_to(standing)
    return Determination.objects.filter(investigation__in=seen, status="final").first()


def _causes(determination: Determination | None) -> list[str]:
    if determination is None:
        return []
    rows = DeterminedCause.objects.filter(determination=determination).select_related("cause").order_by("id")
    return [_("%(cause)s: %(text)s") % {"cause": row.cause, "text": row.text} if row.text else str(row) for row in rows]


def _measures(complaint: Complaint, standing: Standing) -> list[str]:
    rows = Measure.objects.filter(complaint=complaint).visible_to(standing).exclude(status="cancelled")
    return [_joined(row.title, row.description) for row in rows.order_by("id")]


# --- What belongs to somebody ----------------------------------------------------------------------------------------


def known_of(complaint: Complaint, texts: Iterable[str]) -> list[Known]:
    """Everything known to point to a person or an outside party of the case, and colleagues whom `texts` name."""
    found = [*_of_complainant(complaint), *_references(complaint), *_outside(complaint), *_staff(complaint)]
    whole = "\n".join(texts)
    named = {one.value for one in found}
    found += [
        Known(Kind.STAFF, name, is_certain=False)
        for name in User.objects.exclude(display_name="").values_list("display_name", flat=True).distinct()
        if name in whole and name not in named
    ]
    return spelled_out(one for one in found if one.value.strip())


def _of_complainant(complaint: Complaint) -> Iterator[Known]:
    person = complaint.complainant
    yield Known(Kind.COMPLAINANT, person.name)
    yield Known(Kind.PHONE, person.phone)
    yield Known(Kind.EMAIL, person.email)
    yield Known(Kind.ADDRESS, person.address)
    if person.employee is not None:
        yield Known(Kind.COMPLAINANT, person.employee.display_name)


def _references(complaint: Complaint) -> Iterator[Known]:
    values = [complaint.number, complaint.order_number, complaint.external_id]
    values += ContactSheet.objects.filter(complaint=complaint).values_list("number", flat=True)
    values += Plan.objects.filter(complaint=complaint).values_list("number", flat=True)
    values += Investigation.objects.filter(complaint=complaint).values_list("number", flat=True)
    values += Determination.objects.filter(complaint=complaint).values_list("number", flat=True)
    values += Measure.objects.filter(complaint=complaint).values_list("number", flat=True)
    return (Known(Kind.REFERENCE, value) for value in values)


def _outside(complaint: Complaint) -> Iterator[Known]:
    for name in Respondent.objects.filter(complaint=complaint).values_list("name", flat=True):
        yield Known(Kind.OUTSIDE, name)
    for name in Party.objects.filter(investigation__complaint=complaint).values_list("name", flat=True):
        yield Known(Kind.PERSON, name)
    for party in OutsideParty.objects.filter(parties__investigation__complaint=complaint).distinct():
        yield Known(Kind.OUTSIDE, party.name)
        yield Known(Kind.PERSON, party.contact)
        yield Known(Kind.PHONE, party.phone)
        yield Known(Kind.EMAIL, party.email)
        yield Known(Kind.ADDRESS, party.address)


def _staff(complaint: Complaint) -> Iterator[Known]:
    """Everybody of ours who had to do with the case, by the names they had then and have now."""
    people: set[int | None] = {complaint.handler_id, complaint.supervisor_id, complaint.registered_by_id}
    names: set[str] = set()
    for model in (ComplaintEvent, InquiryEvent):
        for actor, absent, name in (
            model._default_manager.filter(complaint=complaint)
            .order_by()
            .values_list("actor", "on_behalf_of", "actor_name")
            .distinct()
        ):
            people |= {actor, absent}
            names.add(name)
    for rows in (
        Respondent.objects.filter(complaint=complaint).values_list("person", flat=True),
        PlanStep.objects.filter(plan__complaint=complaint).order_by().values_list("owner", flat=True),
        Membership.objects.filter(investigation__complaint=complaint).order_by().values_list("person", flat=True),
        Party.objects.filter(investigation__complaint=complaint).order_by().values_list("person", flat=True),
        Measure.objects.filter(complaint=complaint).order_by().values_list("owner", flat=True),
    ):
        people |= set(rows)
    names |= set(User.objects.filter(pk__in=[key for key in people if key]).values_list("display_name", flat=True))
    return (Known(Kind.STAFF, name) for name in sorted(names))


# --- What is wrong with a text ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Words of a study that point to a person, or may: where they stand, and a key by which a person confirms them."""

    field: str
    words: str
    before: str
    after: str
    kind: Kind
    is_certain: bool
    key: str

    @property
    def label(self) -> str:
        """The name of the field."""
        return label_of(self.field)


#: Signs shown on either side.
_AROUND = 12


def places(texts: Mapping[str, str], known: Iterable[Known]) -> list[Place]:
    """Every place of the texts of a study that points to a person, or may."""
    listed = list(known)
    return [
        _place(field, texts.get(field, ""), span) for field in CHECKED for span in spans(texts.get(field, ""), listed)
    ]


def _place(field: str, text: str, span: Span) -> Place:
    words = text[span.start : span.end]
    return Place(
        field,
        words,
        text[max(0, span.start - _AROUND) : span.start],
        text[span.end : span.end + _AROUND],
        span.kind,
        span.is_certain,
        hashlib.sha256(f"{field}:{words}".encode()).hexdigest()[:16],
    )


def texts_of(study: CaseStudy) -> dict[str, str]:
    """The texts of a study that are checked."""
    return {field: getattr(study, field) for field in CHECKED}


def places_in(study: CaseStudy, texts: Mapping[str, str] | None = None) -> list[Place]:
    """The places of a study as it stands, or as `texts` would have it."""
    texts = texts_of(study) if texts is None else texts
    return places(texts, known_of(study.complaint, texts.values()))
