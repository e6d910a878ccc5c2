"""Which cases are investigated in the demonstration, how, and how far each has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from accountability.demo.tales import TALES
from accountability.demo.telling import Tale
from complaints.demo.commissions import Commission
from complaints.demo.texts import Topic

#: Office minutes of a working day.
DAY = 480


class Way(StrEnum):
    """How an inquiry goes, besides the usual way."""

    USUAL = "usual"
    WAIVER = "waiver"
    WAIVER_REFUSED = "waiver_refused"
    #: A party objects; whoever stands above dismisses it.
    DISMISSED = "dismissed"
    #: The same, after an opinion from outside.
    REFERRED = "referred"
    #: A party objects and is right: determined anew.
    UPHELD = "upheld"
    #: One party says nothing.
    SILENT = "silent"
    #: Sent back before it is approved.
    SENT_BACK = "sent_back"
    #: The complainant gives it up.
    WITHDRAWN = "withdrawn"
    #: Final, then corrected by another version.
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Offence:
    """What human resources are told of, about whom, and what they have done of it by now."""

    offence: str
    facts: str
    person: str = ""
    name: str = ""
    department: str = ""
    #: hear_person, decide, carry_out or drop, one after another.
    acts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """One investigation. `days` are working days since the department answered; `fates` are those of the measures."""

    tale: str
    case: int
    days: float
    way: Way = Way.USUAL
    severity: str = "general"
    objects: str = ""
    fates: tuple[str, ...] = ()
    extras: frozenset[str] = frozenset()
    offence: Offence | None = None
    handler: str = "handler"

    @property
    def told(self) -> Tale:
        """The tale."""
        return TALES[self.tale]

    @property
    def subject(self) -> str:
        """By which the complaint is found."""
        return self.told.cases[self.case][0]


W = Way
_LIE = Offence(
    "false_evidence",
    "首次谈话时否认收费，经核对转账记录后承认，系作虚假陈述。",
    name="孙立新",
    department="after-sales",
)
_LEAK = Offence(
    "leak", "擅自导出客户报修名单并对外提供，涉及412条个人信息。", person="long.fei", department="after-sales"
)


def _acts(offence: Offence, *acts: str) -> Offence:
    return Offence(offence.offence, offence.facts, offence.person, offence.name, offence.department, acts)


def _slot(tale: str, case: int, days: float, way: Way = W.USUAL, *extras: str, **values: object) -> Slot:
    return Slot(tale, case, days, way, extras=frozenset(extras), **values)  # type: ignore[arg-type]


#: In the order in which they are left out where fewer are wanted: the first are the most telling.
SLOTS: tuple[Slot, ...] = (
    _slot("batch", 1, 10.2, W.USUAL, "joint", "hold", severity="major"),
    _slot("outage", 1, 12.2, W.DISMISSED, objects="information"),
    _slot("seal", 1, 8.4),
    _slot("bulk", 0, 6.0, W.USUAL, "late"),
    _slot("seal", 3, 72, W.USUAL, "recourse", "settled", "superseded", fates=("effective", "verified", "check")),
    _slot("charge", 0, 0.6, W.WAIVER),
    _slot("logistics", 0, 0.45),
    _slot("batch", 2, 98, W.USUAL, "joint", "recourse", "hold", "lifted", severity="major",
          fates=("effective", "check", "reopened")),
    _slot("privacy", 1, 52, W.USUAL, "sealed", "hold", severity="urgent", fates=("effective", "done"),
          offence=_acts(_LEAK, "hear_person", "decide", "carry_out")),
    _slot("fee", 0, 30, W.USUAL, "withdrawn", fates=("verified",), offence=_acts(_LIE, "hear_person")),
    _slot("promise", 2, 78, W.CORRECTED, fates=("verified", "check")),
    _slot("bulk", 2, 15.8, W.UPHELD, objects="production"),
    _slot("design", 1, 9.6, handler="wen.jing"),
    _slot("damage", 0, 41, fates=("done",)),
    _slot("logistics", 1, 10.0),
    _slot("promise", 1, 12.4, W.REFERRED, objects="sales"),
    _slot("install", 0, 7.65),
    _slot("seal", 2, 10.0),
    _slot("privacy", 0, 0.45, severity="urgent"),
    _slot("install", 1, 46, W.SENT_BACK, "recourse", fates=("overdue", "done")),
    _slot("charge", 1, 12, W.WAIVER, handler="song.lele"),
    _slot("logistics", 2, 112, W.USUAL, "equal", "recusal", fates=("reopened", "sent_back", "effective")),
    _slot("bulk", 1, 9.6),
    _slot("outage", 0, 4.2, W.USUAL, "late"),
    _slot("design", 0, 29, handler="yan.haoran", fates=("planned", "done")),
    _slot("fee", 1, 12.9, W.USUAL, "late", offence=_acts(Offence(
        "conduct", "上门检测时要求私下转账，违反维修服务纪律。", name="孙立新", department="after-sales"))),
    _slot("batch", 0, 8.3, W.USUAL, "joint", severity="major"),
    _slot("promise", 0, 2.0, W.USUAL, "recusal", handler="jiang.yichen"),
    _slot("install", 2, 21, W.SILENT, fates=("planned", "passed_on")),
    _slot("charge", 2, 3.0, W.WAIVER_REFUSED),
    _slot("outage", 2, 132, W.DISMISSED, objects="information", fates=("effective", "reopened", "cancelled")),
    _slot("privacy", 2, 9.5, severity="urgent", offence=_acts(_LEAK)),
    _slot("damage", 1, 5.0, W.WITHDRAWN, handler="jiang.yichen"),
    _slot("bulk", 3, 88, W.USUAL, "equal", "recourse", fates=("effective", "verified")),
    _slot("fee", 2, 19, fates=("overdue",), offence=_acts(Offence(
        "partiality", "投诉处理期间私下劝说投诉人撤诉。", name="孙立新", department="after-sales"), "drop")),
    _slot("outage", 3, 17.5, W.USUAL, "superseded", fates=("planned", "planned", "done")),
    _slot("promise", 3, 24, fates=("done", "planned")),
    _slot("logistics", 3, 35, W.USUAL, "recusal", "withdrawn", "late", fates=("overdue", "verified", "done")),
    _slot("install", 3, 150, W.REFERRED, "recourse", "settled", objects="service", fates=("effective", "check")),
    _slot("damage", 2, 160, fates=("effective",)),
    _slot("seal", 0, 3.2),
    _slot("design", 2, 105, handler="wen.jing", fates=("verified", "check")),
)  # fmt: skip


def commissions(count: int) -> Sequence[Commission]:
    """What complaints are to tell up to the answer of the department."""
    return [_commission(slot) for slot in SLOTS[:count]]


def _commission(slot: Slot) -> Commission:
    tale = slot.told
    subject, body = tale.cases[slot.case]
    topic = Topic(
        tale.category,
        1,
        (subject,),
        (body,),
        (tale.demand,),
        (tale.department,),
        (tale.reply,),
        (tale.proposal,),
        (tale.remedies,),
        has_product=tale.product is not None,
    )
    return Commission(topic, tale.sort, slot.severity, slot.handler, slot.days * DAY, tale.product)
