"""How far an investigation has come: its stages in order, each with what is there and the acts that carry it on.

One look says what to do next and who does it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accountability.acts import ACTS
from accountability.queries.choices_of_acts import Choice, possible_acts, who_may
from accountability.queries.inquiry_page import InquiryPage
from accountability.states import AllegationFinding, DeterminationStatus, FactStatus, HearingStatus, InvestigationStatus
from complaints.punctuation import clauses, listed


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage. `status` is done, now, later, or left: something of it is open though later ones have begun."""

    title: str | Promise
    text: str
    status: str
    choices: tuple[Choice, ...] = ()
    who: tuple[str, ...] = ()

    @property
    def ready(self) -> list[Choice]:
        """What the person can do at once."""
        return [choice for choice in self.choices if choice.is_ready]

    @property
    def blocked(self) -> list[Choice]:
        """What is the person's to do and not possible yet."""
        return [choice for choice in self.choices if not choice.is_ready]


Look = Callable[[InquiryPage], tuple[bool, str]]


def _group(page: InquiryPage) -> tuple[bool, str]:
    if not page.group:
        return False, _("Nobody leads the investigation.")
    if page.undeclared:
        return False, _("Declarations are awaited from: %(people)s.") % {
            "people": listed(str(row.person) for row in page.undeclared)
        }
    count = len(page.group)
    return page.inquiry.lead is not None, ngettext(
        "%(count)d member, without interest in the matter", "%(count)d members, without interest in the matter", count
    ) % {"count": count}


def _plan(page: InquiryPage) -> tuple[bool, str]:
    return bool(page.investigation.plan), listed(page.method_names) or _("No plan yet.")


def _charges(page: InquiryPage) -> tuple[bool, str]:
    charges, parties = page.inquiry.charges, page.inquiry.parties
    if not charges:
        return False, _("No allegation against a party is on record yet.")
    allegations = len(page.inquiry.allegations)
    return True, clauses(
        (
            ngettext("%(count)d allegation", "%(count)d allegations", allegations) % {"count": allegations},
            ngettext("%(count)d party", "%(count)d parties", len(parties)) % {"count": len(parties)},
        )
    )


def _evidence(page: InquiryPage) -> tuple[bool, str]:
    held = page.evidence_held
    waiting = sum(line.review is None for line in held)
    if not held:
        return False, _("No evidence yet.")
    text = ngettext("%(count)d piece", "%(count)d pieces", len(held)) % {"count": len(held)}
    if waiting:
        text = clauses(
            (text, ngettext("%(count)d not reviewed", "%(count)d not reviewed", waiting) % {"count": waiting})
        )
    return not waiting, text


def _facts(page: InquiryPage) -> tuple[bool, str]:
    facts = page.inquiry.facts
    if not facts:
        return False, _("No fact to be proved is named yet.")
    settled = sum(fact.status != FactStatus.OPEN for fact in facts)
    parts = [_("%(settled)d of %(count)d facts settled") % {"settled": settled, "count": len(facts)}]
    if count := len(page.matrix.unsupported):
        parts.append(ngettext("%(count)d without support", "%(count)d without support", count) % {"count": count})
    if count := len(page.matrix.contradicted):
        parts.append(ngettext("%(count)d contradicted", "%(count)d contradicted", count) % {"count": count})
    return settled == len(facts), clauses(parts)


def _findings(page: InquiryPage) -> tuple[bool, str]:
    charges = page.inquiry.charges
    found = sum(charge.finding != AllegationFinding.PENDING for charge in charges)
    return bool(charges) and found == len(charges), _("%(found)d of %(count)d charges found") % {
        "found": found,
        "count": len(charges),
    }


def _determination(page: InquiryPage) -> tuple[bool, str]:
    latest = page.present[0].determination if page.present else None
    if latest is None:
        return False, _("Not drafted yet.")
    done = latest.status in {DeterminationStatus.HEARING, DeterminationStatus.FINAL}
    return done, f"{latest.number} {latest.get_status_display()}"


def _hearing(page: InquiryPage) -> tuple[bool, str]:
    latest = page.present[0].determination if page.present else None
    hearings = [row for row in page.hearings if latest is not None and row.determination_id == latest.pk]
    if not hearings:
        return False, _("Nobody is heard yet.")
    answered = sum(row.status != HearingStatus.OPEN for row in hearings)
    parts = [_("%(answered)d of %(count)d parties answered") % {"answered": answered, "count": len(hearings)}]
    objections = [row.objection for row in hearings if hasattr(row, "objection")]
    if objections:
        count = len(objections)
        parts.append(ngettext("%(count)d objection", "%(count)d objections", count) % {"count": count})
    undecided = any(row.decided_at is None for row in objections)
    return answered == len(hearings) and not undecided, clauses(parts)


def _final(page: InquiryPage) -> tuple[bool, str]:
    final = page.inquiry.final
    return final is not None, final.number if final is not None else _("Not final yet.")


def _measures(page: InquiryPage) -> tuple[bool, str]:
    count = len(page.measures)
    if not count:
        return False, _("None planned.")
    return True, ngettext("%(count)d measure", "%(count)d measures", count) % {"count": count}


#: In their order: title, look, acts that belong to it.
STAGES: tuple[tuple[str | Promise, Look, tuple[str, ...]], ...] = (
    (gettext_lazy("Investigation group"), _group, ("declare_interests", "appoint")),
    (gettext_lazy("Plan and methods"), _plan, ("set_plan",)),
    (gettext_lazy("Parties and allegations"), _charges, ("add_party", "add_allegation", "charge")),
    (pgettext_lazy("stage", "Evidence"), _evidence, ("register_evidence",)),
    (pgettext_lazy("stage", "Facts"), _facts, ("add_fact", "fill_matrix", "settle_fact")),
    (pgettext_lazy("stage", "Findings"), _findings, ("find", "conclude_findings")),
    (pgettext_lazy("stage", "Determination"), _determination, ("draft", "write", "submit", "approve", "send_back")),
    (gettext_lazy("Hearing of the parties"), _hearing, ("revise",)),
    (pgettext_lazy("stage", "Final"), _final, ("finalise", "correct")),
    (pgettext_lazy("stage", "Measures"), _measures, ("plan_measure",)),
)
#: Stages that need not be done before the next begins.
OPTIONAL = frozenset({1, 9})
#: What there is of an investigation that a source tells of: group, parties and allegations, findings, measures.
TOLD = (0, 2, 5, 9)
IN_STAGES = frozenset(code for _title, _look, codes in STAGES for code in codes)
#: Sections of the page of an investigation on which each stage is worked, by their names in the page.
SECTIONS: tuple[tuple[str, ...], ...] = (
    (),
    ("scope",),
    ("allegations",),
    ("evidence",),
    ("matrix", "process"),
    ("allegations",),
    ("determination",),
    ("determination", "hearings"),
    ("determination", "hearings"),
    ("measures",),
)
#: Sections of no stage.
OTHER = frozenset({"opinions", "evaluation"})
#: Acts that end or decide on the whole, shown by themselves.
DECIDING = ("approve_waiver", "refuse_waiver")


def stages(page: InquiryPage) -> list[Stage]:
    """All stages of an open or concluded investigation; none where it was or may be done without.

    Of what was investigated elsewhere, the stages that its source tells of: it has no evidence and no determination.
    """
    status = page.investigation.status
    if status in {InvestigationStatus.WAIVER_PROPOSED, InvestigationStatus.WAIVED}:
        return []
    found = list(_stages(page))
    if page.investigation.is_past:
        return [replace(found[place], status="done" if found[place].status == "done" else "later") for place in TOLD]
    return found


def sections_now(page: InquiryPage, found: Sequence[Stage]) -> frozenset[str]:
    """The sections on which the present stage is worked; of what has ended, those that tell the result."""
    if page.investigation.status != InvestigationStatus.OPEN or len(found) != len(SECTIONS):
        return frozenset({"determination" if page.present else "allegations", "measures"})
    present = (names for stage, names in zip(found, SECTIONS, strict=True) if stage.status == "now")
    return frozenset(name for names in present for name in names)


def unfolded(page: InquiryPage, found: Sequence[Stage]) -> frozenset[str]:
    """Sections that stand open in a window of ordinary width: all while work goes on, the result afterwards."""
    if page.investigation.status != InvestigationStatus.OPEN:
        return sections_now(page, found)
    return frozenset(name for names in SECTIONS for name in names) | OTHER


def _stages(page: InquiryPage) -> Iterator[Stage]:
    mine = {choice.act.code: choice for choice in page.choices}
    is_over = page.investigation.status != InvestigationStatus.OPEN
    seen = [(title, codes, *look(page)) for title, look, codes in STAGES]
    reached = max((place for place, row in enumerate(seen) if row[2] and place not in OPTIONAL), default=-1)
    for place, (title, codes, done, text) in enumerate(seen):
        status = "done" if done else "later"
        if not done and place < reached and place not in OPTIONAL:
            status = "left"
        elif not done and not is_over and place == _next(seen, reached):
            status = "now"
        choices = tuple(mine[code] for code in codes if code in mine and not _is_past(page, code))
        who: tuple[str, ...] = ()
        if status == "now" and not choices:
            who = _who(page, codes)
        yield Stage(title, text, status, choices, who)


def _is_past(page: InquiryPage, code: str) -> bool:
    """There is a version in work: none is drafted beside it."""
    return code == "draft" and page.inquiry.in_work is not None


def _next(seen: Sequence[tuple[object, object, bool, str]], reached: int) -> int:
    """The first stage beyond those reached that must be done."""
    open_stages = (place for place, row in enumerate(seen) if not row[2] and place > reached and place not in OPTIONAL)
    return next(open_stages, len(seen))


def _who(page: InquiryPage, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Who carries the stage on, where it is not the reader."""
    inquiries = [page.inquiry] + ([page.about(page.inquiry.in_work)] if page.inquiry.in_work else [])
    for inquiry in inquiries:
        for act in possible_acts(inquiry):
            if act.code in codes:
                return who_may(inquiry, ACTS[act.code])
    return ()


def deciding(page: InquiryPage) -> list[Choice]:
    """The person's acts on a proposal to do without an investigation."""
    return [choice for choice in page.choices if choice.act.code in DECIDING]


def beside(page: InquiryPage) -> list[Choice]:
    """The person's acts that belong to no stage and to no section of the page."""
    kept = IN_STAGES | set(DECIDING)
    return [choice for choice in page.choices if choice.act.code not in kept]
