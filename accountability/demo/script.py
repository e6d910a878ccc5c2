"""The course of an inquiry: which acts on which working day. How far it has come is a matter of the time passed."""

from collections.abc import Callable
from dataclasses import dataclass, field

from accountability.acts import Subject
from accountability.demo.acting import Inquiry
from accountability.demo.schedule import Way
from accountability.demo.telling import Paper, Piece
from accountability.models import EvidenceItem, Hearing, Objection, OutsideOpinion
from accountability.services import discipline, opening
from accountability.states import Offence
from complaints.services import workflow

WITHDRAWN, SUBMITTED, APPROVED = 3.6, 8.0, 8.8
#: Working days after the approval on which the first party answers, and how much later each further one.
FIRST_ANSWER, NEXT_ANSWER = 1.0, 0.9
#: When it is made final, by the way it goes.
FINAL = {
    Way.USUAL: 13.2,
    Way.WAIVER_REFUSED: 13.2,
    Way.SENT_BACK: 14.4,
    Way.SILENT: 15.1,
    Way.CORRECTED: 13.2,
    Way.DISMISSED: 15.2,
    Way.REFERRED: 16.8,
    Way.UPHELD: 19.2,
}
STRAY = Piece(
    "written",
    "误收的相邻工单",
    "与本案无关的另一张工单",
    "工单系统",
    Paper("相邻工单.txt", ("与本案无关的工单。",)),
    by="0",
)
BLURRED = Piece(
    "audio_visual",
    "现场照片（手机转发件）",
    "画面模糊，无法辨认细节",
    "微信转发",
    Paper("转发照片.png"),
    by="0",
    is_copy=True,
)
CLEAR = Piece(
    "audio_visual",
    "现场照片（原始文件）",
    "与转发件同一画面，细节清楚",
    "拍摄者手机导出",
    Paper("原始照片.png"),
    by="0",
)
RECUSED = "tang.yue"


@dataclass(slots=True)
class Script:
    """Acts with their working days, for one inquiry."""

    inquiry: Inquiry
    acts: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def at(self, day: float, act: Callable[[], None]) -> None:
        """An act on a day."""
        self.acts.append((day, act))

    @property
    def final(self) -> float:
        """The day on which the determination becomes final."""
        return FINAL.get(self.inquiry.slot.way, 0.0)

    def write(self) -> None:
        """Everything that is to happen, however late that would be."""
        way = self.inquiry.slot.way
        if way == Way.WAIVER:
            self._waiver()
            return
        self._begin()
        self._collect()
        self._conclude()
        self._hear()
        self._beside()
        if way == Way.WITHDRAWN:
            self._withdraw()

    # -- the beginning ------------------------------------------------------------------------------------------------

    def _waiver(self) -> None:
        inquiry = self.inquiry
        self.at(0.3, self._propose)
        self.at(
            1.6, lambda: inquiry.act("approve_waiver", inquiry.head, opinion="事实清楚、金额轻微，同意不启动调查。")
        )

    def _withdraw(self) -> None:
        """The complainant gives it up in the middle; the investigation has nothing to find out any more."""
        inquiry = self.inquiry
        self.acts = [(day, act) for day, act in self.acts if day < WITHDRAWN]
        given = {"medium": "phone", "reason": "投诉人表示已自行协商解决，撤回投诉。"}

        def withdraw() -> None:
            workflow.perform(inquiry.complaint_id, "withdraw", by=inquiry.handler, now=inquiry.now, given=given)

        self.at(WITHDRAWN, withdraw)
        self.at(
            WITHDRAWN + 0.3, lambda: inquiry.act("discontinue", inquiry.handler, reason="投诉人撤回投诉，终止调查。")
        )

    def _propose(self) -> None:
        inquiry = self.inquiry
        made = opening.propose_waiver(
            inquiry.complaint_id,
            by=inquiry.handler,
            now=inquiry.now,
            reason="差错事实清楚、金额轻微，当日已更正并致歉，各方对责任没有争议。",
        )
        inquiry.investigation_id = made.pk

    def _begin(self) -> None:
        inquiry, tale = self.inquiry, self.inquiry.tale
        if inquiry.slot.way == Way.WAIVER_REFUSED:
            self.at(0.1, self._propose)
            self.at(
                0.25, lambda: inquiry.act("refuse_waiver", inquiry.head, reason="同类差错本月已是第三起，应查明原因。")
            )
            self.at(0.3, lambda: inquiry.act("appoint", inquiry.handler, person=inquiry.lead, is_lead=True))
        else:
            self.at(0.3, self._open)
        for place in range(len(tale.members)):
            self.at(0.35 + place / 100, lambda place=place: self._appoint(str(place)))  # type: ignore[misc]
        if "recusal" in inquiry.slot.extras:
            self.at(0.4, lambda: inquiry.act("appoint", inquiry.handler, person=inquiry.person(RECUSED)))
            self.at(0.85, self._recuse)
        self.at(0.5, lambda: inquiry.act("declare_interests", inquiry.lead, declaration="no_interest"))
        for place in range(len(tale.members)):
            self.at(0.7 + place * 0.2, lambda place=place: self._declare(str(place)))  # type: ignore[misc]
        self.at(
            1.0,
            lambda: inquiry.act("set_plan", inquiry.lead, scope=tale.scope, plan=tale.plan, methods=list(tale.methods)),
        )
        self.at(1.05, inquiry.add_parties)
        self.at(1.1, inquiry.add_allegations)
        self.at(1.3, inquiry.add_tasks)
        self.at(1.4, lambda: inquiry.act("evaluate", inquiry.lead, **self._merits()))
        self.at(1.6, inquiry.add_facts)

    def _open(self) -> None:
        inquiry = self.inquiry
        made = opening.open_investigation(
            inquiry.complaint_id,
            by=inquiry.handler,
            now=inquiry.now,
            lead=inquiry.lead,
            scope=inquiry.tale.scope,
            is_joint="joint" in inquiry.slot.extras,
        )
        inquiry.investigation_id = made.pk

    def _appoint(self, which: str) -> None:
        inquiry = self.inquiry
        person = inquiry.member(which)
        inquiry.act("appoint", inquiry.handler, person=person)

    def _declare(self, which: str) -> None:
        inquiry = self.inquiry
        inquiry.act("declare_interests", inquiry.member(which), declaration="no_interest")

    def _recuse(self) -> None:
        inquiry = self.inquiry
        inquiry.act(
            "declare_interests",
            inquiry.person(RECUSED),
            declaration="interest",
            interest="与投诉人系同学，申请回避。",
        )

    def _merits(self) -> dict[str, str]:
        tale = self.inquiry.tale
        given = {"legality": "yes", "severity": "yes", "tractable": "yes", "lessons": tale.lessons}
        if self.inquiry.slot.severity != "general":
            given |= {"severity": "partly", "severity_reason": "影响面仍在核实，暂按登记等级办理。"}
        return given

    # -- evidence and facts -------------------------------------------------------------------------------------------

    def _collect(self) -> None:
        inquiry, tale = self.inquiry, self.inquiry.tale
        for place, (key, piece) in enumerate(tale.evidence.items()):
            day = 1.7 + place * 0.5
            self.at(day, lambda key=key, piece=piece: inquiry.register(key, piece))  # type: ignore[misc]
            # Half of what is there on the fourth day is reviewed then.
            self.at(day + 1.9, lambda key=key, piece=piece: inquiry.review(key, piece))  # type: ignore[misc]
        self.at(3.1, lambda: inquiry.fill_matrix(is_whole=False))
        self.at(6.3, lambda: inquiry.fill_matrix(is_whole=True))
        self.at(4.6, inquiry.go_back_over_process)
        ended = (6.5, 6.6, 7.1) if "late" in inquiry.slot.extras else (3.2, 5.2, 6.6)
        for place in range(len(tale.tasks)):
            self.at(ended[place], lambda place=place: inquiry.end_task(place))  # type: ignore[misc]
        if tale.outside is not None:
            text = tale.outside.opinion
            self.at(2.2, inquiry.ask_outside)
            self.at(6.0, lambda: inquiry.record_opinion(text))
            self.at(6.4, lambda: inquiry.review("opinion", Piece("", "", "", "", by="lead", opinion=_WEIGHED)))
        self._stray()
        self.at(6.7, inquiry.settle_facts)

    def _stray(self) -> None:
        inquiry, extras = self.inquiry, self.inquiry.slot.extras
        if "withdrawn" in extras:
            self.at(2.4, lambda: inquiry.register("stray", STRAY))
            self.at(2.9, lambda: self._on_piece("stray", "withdraw_evidence", reason="误收，与本案无关，退回原处。"))
        if "superseded" in extras:
            self.at(2.5, lambda: inquiry.register("blurred", BLURRED))
            self.at(3.3, self._supersede)
        if "sealed" in extras:
            first = next(iter(inquiry.tale.evidence))
            self.at(6.9, lambda: self._on_piece(first, "seal", reason="涉及个人信息，审查完毕后加封。"))

    def _on_piece(self, key: str, code: str, **given: object) -> None:
        inquiry = self.inquiry
        inquiry.act_on(Subject.EVIDENCE, inquiry.pieces[key], code, inquiry.lead, **given)

    def _supersede(self) -> None:
        inquiry = self.inquiry
        given = inquiry.described(CLEAR) | {"reason": "取得原始文件，替换转发件。"}
        inquiry.act_on(Subject.EVIDENCE, inquiry.pieces["blurred"], "supersede", inquiry.member("0"), **given)
        inquiry.pieces["clear"] = EvidenceItem.objects.filter(complaint=inquiry.complaint_id).latest("pk").pk

    # -- determination ------------------------------------------------------------------------------------------------

    def _conclude(self) -> None:
        inquiry, tale = self.inquiry, self.inquiry.tale
        self.at(7.0, inquiry.find)
        self.at(7.3, lambda: inquiry.act("conclude_findings", inquiry.lead, findings=tale.findings))
        self.at(7.5, lambda: inquiry.act("draft", inquiry.lead))
        self.at(7.6, inquiry.write)
        self.at(SUBMITTED, lambda: inquiry.on_version("submit", inquiry.lead))
        if inquiry.slot.way == Way.SENT_BACK:
            self.at(
                8.6,
                lambda: inquiry.on_version(
                    "send_back", inquiry.head, reason="请补充监督失职与损害之间因果关系的论证。"
                ),
            )
            self.at(9.3, inquiry.write)
            self.at(9.5, lambda: inquiry.on_version("submit", inquiry.lead, reason="已补充论证。"))
        self.at(self._approved, lambda: self._approve("事实清楚，证据确实，同意征求当事方意见。"))

    def _approve(self, opinion: str) -> None:
        self.inquiry.on_version("approve", self.inquiry.head, opinion=opinion)

    @property
    def _approved(self) -> float:
        return 10.0 if self.inquiry.slot.way == Way.SENT_BACK else APPROVED

    # -- hearing ------------------------------------------------------------------------------------------------------

    def _hear(self) -> None:
        inquiry, way = self.inquiry, self.inquiry.slot.way
        keys = inquiry.answers()
        objector = inquiry.slot.objects
        self._answered(self._approved, objector)
        if objector:
            self._object(objector)
        if way == Way.CORRECTED:
            self._correct()
        if way == Way.UPHELD:
            self._determine_anew(keys)
        if self.final:
            self.at(self.final, lambda: self._finalise(inquiry.tale.opinion))

    def _answered(self, approved: float, objector: str, silent: str = "") -> None:
        """Each party in turn; whoever is to be silent says nothing."""
        inquiry = self.inquiry
        if inquiry.slot.way == Way.SILENT:
            silent = inquiry.answers()[-1]
        for place, key in enumerate(inquiry.answers()):
            if key != silent:
                day = approved + FIRST_ANSWER + NEXT_ANSWER * place
                objects = key == objector
                self.at(day, lambda key=key, objects=objects: inquiry.answer(key, objects=objects))  # type: ignore[misc]

    def _object(self, key: str) -> None:
        inquiry, way = self.inquiry, self.inquiry.slot.way
        filed = self._approved + FIRST_ANSWER + NEXT_ANSWER * inquiry.answers().index(key)
        if way == Way.REFERRED:
            self.at(filed + 1.0, self._refer)
            self.at(filed + 4.2, self._opinion_on_objection)
            self.at(filed + 5.0, lambda: self._decide("dismiss_objection", _REASON_DISMISSED))
        elif way == Way.UPHELD:
            self.at(filed + 2.4, lambda: self._decide("uphold", _REASON_UPHELD))
        else:
            self.at(filed + 4.4, lambda: self._decide("dismiss_objection", _REASON_DISMISSED))

    @property
    def _objection(self) -> Objection:
        return Objection.objects.get(hearing__determination=self.inquiry.version)

    def _refer(self) -> None:
        inquiry = self.inquiry
        inquiry.act_on(
            Subject.OBJECTION,
            self._objection.pk,
            "refer",
            inquiry.lead,
            kind="assessor",
            expert="田守一",
            agency="市质量评估服务中心",
            qualification="注册质量工程师",
            question="责任比例的划分是否合理？",
            due_at=inquiry.hours.later(inquiry.now, 4 * 480, "office"),
        )

    def _opinion_on_objection(self) -> None:
        inquiry = self.inquiry
        row = OutsideOpinion.objects.get(investigation=inquiry.investigation_id, received_at=None)
        given = {"row": str(row.pk), "opinion": "经核对证据与程序，主次责任的划分有据，比例在合理范围之内。"}
        inquiry.act("record_opinion", inquiry.lead, **given, is_independent=True)

    def _decide(self, code: str, reason: str) -> None:
        objection = self._objection
        if objection.superior is None:
            raise LookupError(f"{self.inquiry.number}: nobody decides the objection")
        self.inquiry.act_on(Subject.OBJECTION, objection.pk, code, objection.superior, reason=reason)

    def _determine_anew(self, keys: list[str]) -> None:
        inquiry = self.inquiry
        self.at(13.4, lambda: inquiry.on_version("revise", inquiry.lead, reason="异议成立，重新核定比例。"))
        self.at(13.8, lambda: inquiry.write(shift=8))
        self.at(14.1, lambda: inquiry.on_version("submit", inquiry.lead, reason="按异议决定调整。"))
        self.at(14.8, lambda: self._approve("调整有据，同意。"))
        for place, key in enumerate(keys):
            self.at(14.8 + 1.5 + place, lambda key=key: inquiry.answer(key))  # type: ignore[misc]

    def _finalise(self, opinion: str) -> None:
        inquiry = self.inquiry
        waiting = Hearing.objects.filter(determination=inquiry.version, status="open")
        if waiting.exists():
            raise LookupError(f"{inquiry.slot}: {waiting[0].party} has until {waiting[0].due_at}, now {inquiry.now}")
        inquiry.on_version("finalise", inquiry.handler, opinion=opinion)

    def _correct(self) -> None:
        inquiry, final = self.inquiry, self.final
        self.at(
            final + 4.0,
            lambda: inquiry.on_version("correct", inquiry.lead, reason="复核发现次要责任方的比例引用有误，予以更正。"),
        )
        self.at(final + 4.3, lambda: inquiry.write(shift=5))
        self.at(final + 4.6, lambda: inquiry.on_version("submit", inquiry.lead, reason="仅更正比例，事实不变。"))
        self.at(final + 5.4, lambda: self._approve("更正有据，同意重新征求意见。"))
        for place, key in enumerate(inquiry.answers()):
            self.at(final + 6.4 + place, lambda key=key: inquiry.answer(key))  # type: ignore[misc]
        self.at(final + 9.2, lambda: self._finalise("更正责任比例，处理方案不变。"))

    # -- beside -------------------------------------------------------------------------------------------------------

    def _beside(self) -> None:
        inquiry, extras = self.inquiry, self.inquiry.slot.extras
        legal = inquiry.person("legal")
        if "hold" in extras:
            self.at(5.2, lambda: inquiry.act("place_hold", legal, reason="可能涉及诉讼，保全全部材料。"))
        if "lifted" in extras:
            self.at(self.final + 30, lambda: inquiry.act("lift_hold", legal, reason="争议已和解，解除保全。"))
        if "recourse" in extras:
            self.at(self.final + 1.5, inquiry.claim)
        if "settled" in extras:
            self.at(self.final + 14, inquiry.settle)
        if inquiry.slot.offence is not None:
            self._report()

    def _report(self) -> None:
        inquiry, offence = self.inquiry, self.inquiry.slot.offence
        if offence is None:
            return
        personnel = inquiry.person("hr")
        kept: dict[str, int] = {}

        def report() -> None:
            made = discipline.report_offence(
                inquiry.complaint_id,
                by=inquiry.handler,
                now=inquiry.now,
                offence=Offence(offence.offence),
                facts=offence.facts,
                person=inquiry.person(offence.person) if offence.person else None,
                name=offence.name,
                department=inquiry.cast.departments[offence.department],
            )
            kept["record"] = made.pk

        self.at(9.0, report)
        given = {
            "hear_person": {"statement": "本人承认上述事实，表示愿意接受处理。"},
            "decide": {"decision": "记过一次，调离原岗位", "reason": "事实清楚，情节较重，本人认错。"},
            "carry_out": {"reason": "已送达本人并执行。"},
            "drop": {"reason": "经核实不属实，系误传。"},
        }
        for place, code in enumerate(offence.acts):
            self.at(
                11.5 + 2.5 * place,
                lambda code=code: inquiry.act_on(  # type: ignore[misc]
                    Subject.DISCIPLINE, kept["record"], code, personnel, **given[code]
                ),
            )


_WEIGHED = "鉴定人具备资质并声明独立，依据充分、推理清楚，可以采信。"
_REASON_DISMISSED = "异议所述情形原界定已经考虑，异议方未提供新的证据，维持原界定。"
_REASON_UPHELD = "异议方三次书面催料有据，原比例对此考虑不足，应重新核定。"
