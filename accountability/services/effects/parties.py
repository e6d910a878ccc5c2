"""Who may bear responsibility, what is alleged, and what was found of it. (AC-1, AC-5, AC-13)"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from accountability.models import Allegation, Charge, Evaluation, OutsideParty, Party
from accountability.queries.eligibility import people_of
from accountability.services.doing import Doing, effect
from accountability.services.effects.group import forget, keep_away, put_out
from accountability.states import AllegationFinding, Merit
from complaints.punctuation import listed
from complaints.states import PartyKind

#: What names a party of each kind; everything else stays empty.
NAMED_BY: Mapping[str, frozenset[str]] = {
    PartyKind.DEPARTMENT: frozenset({"department"}),
    PartyKind.EMPLOYEE: frozenset({"department", "person", "name"}),
    PartyKind.SUPPLIER: frozenset({"outside"}),
    PartyKind.PARTNER: frozenset({"outside"}),
}


@effect("add_party")
def add_party(doing: Doing) -> None:
    """Name a party. From this moment its people judge nothing here: they leave the group and keep away (WF-13)."""
    kind = PartyKind(doing.given["kind"])
    _only(doing, NAMED_BY[kind])
    if kind == PartyKind.DEPARTMENT:
        party = _department(doing)
    elif kind == PartyKind.EMPLOYEE:
        party = _employee(doing)
    else:
        party = _outside(doing, kind)
    doing.detail |= {"party": party.pk, "kind": kind.value}
    forget(doing)
    put_out(doing, _("Became a party, or is of a department that did"))
    if party.person is not None:
        keep_away(doing, party.person, _("Party of the investigation %(number)s") % {"number": doing.investigation})


def _only(doing: Doing, allowed: Iterable[str]) -> None:
    """Nothing is given that a party of this kind does not have: silently dropping it would mislead."""
    for name in ("department", "person", "name", "outside"):
        if doing.given.get(name) and name not in allowed:
            doing.refuse(_("“%(field)s” does not go with this kind of party.") % {"field": doing.act.ask(name).label})


def _department(doing: Doing) -> Party:
    department, complaint = doing.given.get("department"), doing.complaint
    if department is None:
        doing.refuse(_("Name the department."))
    if f"/{department.pk}/" in complaint.owner_department.path:
        doing.refuse(
            _("%(department)s owns this case, itself or as a part: hand the case over first, then name the party.")
            % {"department": department}
        )
    if department.pk in doing.inquiry.party_departments:
        doing.refuse(_("%(party)s is a party already.") % {"party": department})
    handlers = people_of([department.pk], doing.inquiry).filter(person=complaint.handler_id)
    if complaint.handler is not None and handlers.exists():
        _needs_another_handler(doing, complaint.handler)
    return doing.add(Party, kind=PartyKind.DEPARTMENT, department=department)


def _employee(doing: Doing) -> Party:
    person, name = doing.given.get("person"), doing.text("name").strip()
    if (person is None) == (not name):
        doing.refuse(_("Name the person, or write the name of somebody without an account: one of the two."))
    if person is not None and person.pk in doing.inquiry.party_people:
        doing.refuse(_("%(party)s is a party already.") % {"party": person})
    if person is not None and person.pk == doing.complaint.handler_id:
        _needs_another_handler(doing, person)
    values = {"department": doing.given.get("department"), "person": person, "name": name}
    return doing.add(Party, kind=PartyKind.EMPLOYEE, **values)


def _needs_another_handler(doing: Doing, person: Any) -> None:
    doing.refuse(
        _("%(person)s handles this case and would become a party: have another handler assigned first.")
        % {"person": person}
    )


def _outside(doing: Doing, kind: PartyKind) -> Party:
    outside = OutsideParty.objects.filter(pk=doing.given.get("outside") or 0, is_active=True).first()
    if outside is None:
        doing.refuse(_("Choose the supplier or partner; one that is missing is entered in the register first."))
    if outside.kind != kind:
        doing.refuse(
            _("%(party)s is in the register as: %(kind)s.") % {"party": outside, "kind": outside.get_kind_display()}
        )
    if any(party.outside_id == outside.pk for party in doing.inquiry.parties):
        doing.refuse(_("%(party)s is a party already.") % {"party": outside})
    return doing.add(Party, kind=kind, outside=outside)


@effect("add_allegation")
def add_allegation(doing: Doing) -> None:
    """One thing complained of, against one or several parties; each charge gets a finding of its own (WF-3)."""
    last = doing.investigation.allegations.aggregate(last=Max("position"))["last"] or 0
    category = doing.given.get("category")
    allegation = doing.add(
        Allegation,
        position=last + 1,
        text=doing.text("text"),
        intake_category=doing.complaint.category,
        category=category if category is not None else doing.complaint.category,
    )
    for key in dict.fromkeys(str(pk) for pk in doing.given["parties"]):
        doing.add(Charge, allegation=allegation, party_id=int(key))
    doing.detail["allegation"] = allegation.pk
    _forget(doing)


@effect("charge")
def charge(doing: Doing) -> None:
    """The same allegation against another party."""
    among = {"investigation": doing.investigation}
    allegation, party = doing.row(Allegation, "allegation", **among), doing.row(Party, "party", **among)
    if Charge.objects.filter(allegation=allegation, party=party).exists():
        doing.refuse(_("This allegation is against %(party)s already.") % {"party": party})
    doing.detail["charge"] = doing.add(Charge, allegation=allegation, party=party).pk
    _forget(doing)


@effect("find")
def find(doing: Doing) -> None:
    """What was found on one charge, and why. Insufficient evidence is a lawful finding (AC-3)."""
    row = doing.row(Charge, investigation=doing.investigation)
    before = row.finding
    row.finding, row.reason = AllegationFinding(doing.given["finding"]), doing.text("reason")
    row.found_by, row.found_at = doing.by, doing.now
    doing.save(row)
    doing.detail |= {"charge": row.pk, "finding": [before, row.finding.value]}
    _forget(doing)


@effect("evaluate")
def evaluate(doing: Doing) -> None:
    """The merits: lawful, as serious as classified, can be handled; what is not a plain yes says why (AC-13)."""
    values: dict[str, str] = {}
    unsaid = []
    for name in ("legality", "severity", "tractable"):
        values[name], values[f"{name}_reason"] = doing.given[name], doing.text(f"{name}_reason").strip()
        if values[name] != Merit.YES and not values[f"{name}_reason"]:
            unsaid.append(doing.act.ask(name).label)
    if unsaid:
        doing.refuse(_("Say why: %(fields)s.") % {"fields": listed(unsaid)})
    evaluation = doing.add(Evaluation, lessons=doing.text("lessons"), **values)
    doing.detail["evaluation"] = evaluation.pk


def _forget(doing: Doing) -> None:
    for name in ("allegations", "charges"):
        doing.inquiry.__dict__.pop(name, None)
