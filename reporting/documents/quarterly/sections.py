"""The chapters of a quarterly report, from what was kept of it, in the active language. (RP-1, RP-3, RP-11)"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accountability.states import Effect, MeasureStatus
from complaints.localised import localise
from complaints.punctuation import labelled, remarked, sentences
from complaints.states import Grade
from reporting.definitions import Unit
from reporting.documents.quarterly import cost, handling, tables
from reporting.documents.quarterly.parts import (
    Cell,
    Chart,
    Definitions,
    List,
    Part,
    Plan,
    PlanLine,
    Section,
    Sentences,
    Table,
)
from reporting.queries.behind import Which
from reporting.queries.groups import LABELS
from reporting.queries.reports.comparing import Against
from reporting.queries.reports.plan import origin
from reporting.queries.reports.sentences import party_name, target_text
from reporting.queries.reports.targets import Answer
from reporting.queries.reports.wording import NOTHING, Naming, figure_text, interval_text, money, percent, ratio_text
from reporting.responsibility import SHARES
from reporting.tallies import Dimension

#: Rows of a table on paper; the workbook has them all.
ROWS = 40
#: Kinds by frequency, as many as the chart before has room for.
KINDS = 15
TIMELINESS = ("received", "timely_response", "overdue", "escalated", "returned")
TIMES = ("received", "closed", "cycle_median", "cycle_p90")
OUTCOMES = ("closed", "resolution", "satisfaction", "compensation")


class Chapters:
    """The chapters of one report."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content, self.figures, self.naming = content, content["figures"], Naming(content)

    def sections(self) -> list[Section]:
        """All of them, numbered; each department on a page of its own."""
        chapters: list[tuple[str, str, tuple[Part, ...]]] = [
            ("summary", pgettext("report", "Summary"), self.summary()),
            ("key", _("Key figures"), self.key_figures()),
            ("targets", _("Targets of the policies"), self.targets()),
            ("volumes", _("Volumes"), self.volumes()),
            ("timeliness", _("Timeliness and escalations"), self.timeliness()),
            ("times", _("Handling time"), self.times()),
            ("outcomes", _("Resolution and satisfaction"), self.outcomes()),
            ("responsibility", _("Responsibility"), self.responsibility()),
            ("causes", _("Root causes"), self.causes()),
            ("measures", _("Measures and their effect"), self.measures()),
            ("areas", _("High-incidence areas"), self.areas()),
            *self._further(),
            ("plan", _("Improvement plan"), self.plan()),
            ("departments", _("Departments"), ()),
        ]
        found = []
        for place, (code, title, parts) in enumerate(chapters, 1):
            found.append(Section(code, title, parts, str(place), is_on_new_page=code in {"summary", "departments"}))
        found += self.departments(len(chapters))
        title = pgettext("report", "Appendix: definitions")
        found.append(Section("definitions", title, self.definitions(), str(len(chapters) + 1), is_on_new_page=True))
        return found

    def _further(self) -> Iterator[tuple[str, str, tuple[Part, ...]]]:
        """What reports say since they are kept with it; older ones stay as they are."""
        if "cost" in self.figures:
            yield "cost", pgettext("report", "Cost of complaints"), cost.chapter(self.content)
        if "handling_review" in self.figures:
            title = pgettext("report", "Quality of handling")
            yield "handling_review", title, handling.chapter(self.content, self.naming)

    # --- Of the whole ------------------------------------------------------------------------------------------------

    def summary(self) -> tuple[Part, ...]:
        groups: dict[str, list[tuple[str, str]]] = {}
        for row in self.content["sentences"]:
            groups.setdefault(_about(row["code"]), []).append((row["code"], localise(row["texts"])))
        captions = {
            "whole": _("What came in and what became of it"),
            "targets": _("Targets"),
            "changes": _("What changed"),
            "where": _("Where, why, and what is done"),
        }
        return tuple(Sentences(tuple(groups[about]), caption) for about, caption in captions.items() if about in groups)

    def _periods(self) -> tuple[str, str, str]:
        periods = self.content["periods"]
        return periods["quarter"]["code"], periods["previous"]["code"], periods["year_ago"]["code"]

    def key_figures(self) -> tuple[Part, ...]:
        quarter, previous, year_ago = self._periods()
        rows = []
        for row in self.figures["key_figures"]:
            code = row["code"]
            rows.append(
                (
                    tables.text(self.naming.figure(code)),
                    tables.figure(code, row["quarter"], in_full=True),
                    tables.interval(code, row["quarter"]),
                    tables.figure(code, row["previous"], period="previous"),
                    tables.change(row["changes"].get(Against.PREVIOUS), code),
                    tables.figure(code, row["year_ago"], period="year_ago"),
                    tables.change(row["changes"].get(Against.YEAR_AGO), code),
                )
            )
        table = Table(
            "key_figures",
            (
                _("Figure"),
                quarter,
                _("95 % interval"),
                previous,
                pgettext("comparison", "Change"),
                year_ago,
                pgettext("comparison", "Change"),
            ),
            tuple(rows),
            widths=(19, 15, 17, 12, 13, 12, 12),
            note=self._note_of_changes(),
        )
        count = self.figures["open_at_end"]["count"]
        return (
            table,
            *self._course(),
            Sentences(
                (
                    (
                        "open",
                        ngettext(
                            "When the quarter ended, %(count)s complaint was open.",
                            "When the quarter ended, %(count)s complaints were open.",
                            count,
                        )
                        % {"count": f"{count:,}"},
                    ),
                )
            ),
        )

    def _note_of_changes(self) -> str:
        examined = self.figures["examined"]
        return _(
            "▲ ▼: changed beyond chance, of all %(count)s comparisons of this report together; of the changes named, "
            "at most %(rate)s are chance on average. “Too few to tell”: even a great change would mostly be missed."
        ) % {"count": f"{examined['comparisons']:,}", "rate": percent(100 * examined["rate"], 0)}

    def _course(self) -> tuple[Part, ...]:
        rows = tuple(
            (tables.text(row["month"]), tables.number(row["received"]), tables.number(row["closed"]))
            for row in self.figures["course"]
        )
        caption = _("Month by month: received and closed")
        names = tables.headings(self.naming, ("received", "closed"))
        return (
            Chart("course", caption),
            Table(
                "course",
                (pgettext("period", "Month"), *names),
                rows,
                caption=caption,
                widths=(40, 30, 30),
                is_beside=True,
            ),
        )

    def targets(self) -> tuple[Part, ...]:
        rows = []
        for row in self.figures["targets"]:
            unit = self.naming.units[row["figure"]]
            share = tables.figure(row["figure"], row, Dimension.POLICY, row["key"])
            level = NOTHING if row.get("level") is None else figure_text(unit, {"value": row["level"]})
            rows.append(
                (
                    tables.text(self.naming.policy(row["key"])),
                    tables.text(target_text(row)),
                    share,
                    Cell(interval_text(unit, row) or NOTHING, interval_text(unit, row)),
                    Cell(level, row.get("level"), is_number=True),
                    _answer(row["answer"]),
                )
            )
        table = Table(
            "targets",
            (_("Policy"), _("Target"), _("Reached"), _("95 % interval"), _("Asked for"), _("Result")),
            tuple(rows),
            widths=(24, 22, 15, 15, 10, 14),
            note=_(
                "Met or not met: the whole of the interval (Wilson) is on one side of what is asked for. Gains in "
                "satisfaction are relative to the baseline entered."
            ),
            empty=_("No policy in force set itself a target."),
        )
        return (Chart("targets", _("Targets and what was reached, with intervals")), table) if rows else (table,)

    # --- By groups ---------------------------------------------------------------------------------------------------

    def _groups(self, dimension: str) -> tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]:
        return self.figures["by"][dimension], self.content["groups"][dimension]

    def volumes(self) -> tuple[Part, ...]:
        _quarter, previous, year_ago = self._periods()
        found: list[Part] = []
        order = (Dimension.CATEGORY, Dimension.DEPARTMENT, Dimension.SEVERITY, Dimension.CHANNEL, Dimension.PRODUCT)
        for dimension in order:
            rows, groups = self._groups(dimension)
            label = str(LABELS[dimension])
            if dimension == Dimension.DEPARTMENT:
                found.append(Chart("departments", _("Complaints received, by responsible department")))
            found.append(
                Table(
                    f"volumes_{dimension}",
                    (
                        label,
                        self._periods()[0],
                        previous,
                        pgettext("comparison", "Change"),
                        year_ago,
                        pgettext("comparison", "Change"),
                    ),
                    tables.volumes(rows, groups, dimension, self.naming),
                    caption=_("Complaints received, by: %(dimension)s") % {"dimension": label},
                    widths=(34, 10, 10, 18, 10, 18),
                    empty=_("None."),
                    most=ROWS,
                )
            )
        return tuple(found)

    def _by(self, code: str, dimension: str, codes: Sequence[str], widths: tuple[int, ...] = ()) -> Table:
        rows, groups = self._groups(dimension)
        label = str(LABELS[Dimension(dimension)])
        return Table(
            f"{code}_{dimension}",
            (label, *tables.headings(self.naming, codes)),
            tables.grouped(rows, groups, dimension, self.naming, codes),
            caption=_("By: %(dimension)s") % {"dimension": label},
            widths=widths,
            empty=_("None."),
            most=ROWS,
        )

    def timeliness(self) -> tuple[Part, ...]:
        widths = (30, 12, 15, 15, 14, 14)
        severity = ("received", "timely_response", "escalated")
        return (
            self._by("timeliness", Dimension.DEPARTMENT, TIMELINESS, widths),
            self._by("timeliness", Dimension.SEVERITY, severity, (34, 22, 22, 22)),
        )

    def times(self) -> tuple[Part, ...]:
        widths = (36, 14, 14, 18, 18)
        return (
            self._by("times", Dimension.DEPARTMENT, TIMES, widths),
            self._by("times", Dimension.SEVERITY, TIMES, widths),
        )

    def outcomes(self) -> tuple[Part, ...]:
        grades = self.figures["grades"]
        rows = tuple(
            (tables.text(str(grade.label)), *(tables.number(grades[name][grade]) for name in ("quarter", *Against)))
            for grade in Grade
        )
        caption = _("Grades given at return visits")
        unresolved = self.figures["unresolved"]
        reasons = (
            (_("Not satisfied at the return visit: went on as a new round"), unresolved["continued"]),
            (_("Closed, and came up again later"), unresolved["came_up_again"]),
        )
        return (
            Chart("grades", caption),
            Table("grades", (_("Grade"), *self._periods()), rows, caption=caption, widths=(40, 20, 20, 20)),
            Table(
                "unresolved",
                (_("Why not resolved"), _("Complaints")),
                tuple((tables.text(label), tables.number(count)) for label, count in reasons),
                caption=_("Why complaints handled to their end were not resolved"),
                widths=(70, 30),
            ),
            self._by("outcomes", Dimension.DEPARTMENT, OUTCOMES, (32, 12, 19, 19, 18)),
            self._by(
                "outcomes",
                Dimension.CATEGORY,
                ("closed", "founded", "resolution", "satisfaction"),
                (32, 12, 19, 19, 18),
            ),
        )

    # --- Who, why, what is done --------------------------------------------------------------------------------------

    def responsibility(self) -> tuple[Part, ...]:
        rows = []
        for row in self.figures["responsibility"]:
            borne = row["quarter"]
            before = sum(kept["rounds"] for kept in row.get("previous", {}).values())
            ago = sum(kept["rounds"] for kept in row.get("year_ago", {}).values())
            cells = (_borne(borne.get(share)) for share in SHARES)
            rows.append((tables.text(party_name(self.naming, row)), *cells, tables.number(before), tables.number(ago)))
        _quarter, previous, year_ago = self._periods()
        table = Table(
            "responsibility",
            (
                _("Party"),
                *(str(share.label) for share in SHARES),
                _("Any, %(code)s") % {"code": previous},
                _("Any, %(code)s") % {"code": year_ago},
            ),
            tuple(rows),
            widths=(20, 15, 15, 15, 15, 10, 10),
            note=_(
                "Complaints whose determination became final in the quarter, and the mean share beside. Employees "
                "are not named here."
            ),
            empty=_("No determination became final in the quarter."),
            most=ROWS,
        )
        return (Chart("responsibility", _("Who bore responsibility, and which")), table) if rows else (table,)

    def _pareto(self, code: str, dimension: str, label: str) -> Table:
        kept = self.figures[code]
        own = {group["key"] for group in self.content["groups"][dimension] if group["keys"] == [group["key"]]}
        rows = []
        for row in kept["rows"]:
            key = row["key"]
            behind = List("received", Which.PART, dimension, key) if key in own else None
            rows.append(
                (
                    tables.text(self.naming.group(dimension, key)),
                    tables.number(row["count"], behind),
                    Cell(percent(row["share"]), row["share"], is_number=True),
                    Cell(percent(row["cumulative"]), row["cumulative"], is_number=True),
                    tables.text("●" if row["is_vital"] else ""),
                )
            )
        if kept["missing"]:
            name = _("Not determined yet") if dimension == Dimension.CAUSE else _("Not given")
            missing = tables.number(kept["missing"], List("received", Which.PART, dimension, ""))
            rows.append((tables.text(name), missing, tables.text(""), tables.text(""), tables.text("")))
        note = _("The order says more than chance.") if kept["is_uneven"] else _("The order says no more than chance.")
        return Table(
            code,
            (label, _("Complaints"), _("Share"), _("Together"), _("Vital few")),
            tuple(rows),
            widths=(44, 14, 14, 14, 14),
            note=note if kept["rows"] else "",
            empty=_("None."),
            most=KINDS,
        )

    def causes(self) -> tuple[Part, ...]:
        table = self._pareto("causes", Dimension.CAUSE, str(LABELS[Dimension.CAUSE]))
        return (Chart("causes", _("Root causes by frequency")), table) if self.figures["causes"]["rows"] else (table,)

    def areas(self) -> tuple[Part, ...]:
        found: list[Part] = []
        if self.figures["areas"]["rows"]:
            found.append(Chart("areas", _("Categories by frequency")))
        found.append(self._pareto("areas", Dimension.CATEGORY, str(LABELS[Dimension.CATEGORY])))
        _quarter, previous, year_ago = self._periods()
        rows = tuple(
            (
                tables.text(self.naming.group(Dimension.DEPARTMENT, row["department"])),
                tables.text(self.naming.group(Dimension.CATEGORY, row["category"])),
                tables.number(row["count"]),
                tables.number(row["previous"]),
                tables.number(row["year_ago"]),
            )
            for row in self.figures["pairs"]
        )
        headings = (
            str(LABELS[Dimension.DEPARTMENT]),
            str(LABELS[Dimension.CATEGORY]),
            self._periods()[0],
            previous,
            year_ago,
        )
        found.append(
            Table(
                "pairs",
                headings,
                rows,
                caption=_("Where department and category meet most often"),
                widths=(32, 32, 12, 12, 12),
                empty=_("Nowhere more than once."),
            )
        )
        return tuple(found)

    def measures(self) -> tuple[Part, ...]:
        rows = []
        for row in self.figures["measures"]:
            title = _("(confidential)") if row["is_confidential"] else row["title"]
            status = str(MeasureStatus(row["status"]).label)
            rows.append(
                (
                    tables.text(row["number"]),
                    tables.text(title),
                    tables.text(self.naming.group(Dimension.DEPARTMENT, row["department"])),
                    tables.text(remarked(status, _("overdue")) if row["is_overdue"] else status),
                    *_checked(row.get("check")),
                )
            )
        recourse = self.figures["recourse"]
        claims = (
            (tables.text(_("Claims made")), tables.number(recourse["claims"])),
            (tables.text(_("Claimed")), Cell(money(recourse["claimed"]), float(recourse["claimed"]), is_number=True)),
            (tables.text(_("Paid")), Cell(money(recourse["recovered"]), float(recourse["recovered"]), is_number=True)),
        )
        return (
            Table(
                "measures",
                (
                    _("Number"),
                    _("Measure"),
                    _("Department"),
                    _("Status"),
                    _("Before → after"),
                    _("Ratio of rates"),
                    _("Effect"),
                ),
                tuple(rows),
                caption=_("Measures under way or checked in the quarter"),
                widths=(16, 22, 13, 13, 9, 13, 14),
                empty=_("None."),
                most=ROWS,
            ),
            Table(
                "recourse",
                (_("Claims against suppliers and partners"), _("In the quarter")),
                claims,
                caption=_("Recourse"),
                widths=(70, 30),
            ),
        )

    def plan(self) -> tuple[Part, ...]:
        code = self.content["code"]
        lines = tuple(
            PlanLine(row["number"], origin(code, row["number"]), localise(row["texts"]), row["asked"])
            for row in self.content["plan"]
        )
        return (Plan(lines),)

    # --- Departments -------------------------------------------------------------------------------------------------

    def departments(self, chapter: int) -> list[Section]:
        """A page for each department that had complaints of its own."""
        rows, groups = self._groups(Dimension.DEPARTMENT)
        by_key = {row["key"]: row for row in rows}
        found = []
        present = [group for group in groups if group["key"] in self.figures["of_departments"]]
        for place, group in enumerate(present, 1):
            key = group["key"]
            found.append(
                Section(
                    f"department_{key}",
                    self.naming.group(Dimension.DEPARTMENT, key),
                    tuple(self._department(key, by_key[key])),
                    f"{chapter}.{place}",
                    is_on_new_page=place > 1,
                    is_below=True,
                )
            )
        return found

    def _department(self, key: str, row: Mapping[str, Any]) -> Iterator[Part]:
        figures = []
        for code, kept in row["figures"].items():
            changes = row["changes"].get(code, {})
            figures.append(
                (
                    tables.text(self.naming.figure(code)),
                    tables.figure(code, kept, Dimension.DEPARTMENT, key, in_full=True),
                    tables.interval(code, kept) if self.naming.units[code] == Unit.PERCENT else tables.text(NOTHING),
                    tables.change(changes.get(Against.PREVIOUS), code),
                    tables.change(changes.get(Against.YEAR_AGO), code),
                )
            )
        _quarter, previous, year_ago = self._periods()
        yield Table(
            f"department_{key}",
            (
                _("Figure"),
                self._periods()[0],
                _("95 % interval"),
                _("Against %(code)s") % {"code": previous},
                _("Against %(code)s") % {"code": year_ago},
            ),
            tuple(figures),
            widths=(28, 20, 20, 16, 16),
            note=_("With all departments below it."),
        )
        categories = self.figures["of_departments"][key]
        yield Table(
            f"department_{key}_categories",
            (str(LABELS[Dimension.CATEGORY]), _("Complaints")),
            tuple(
                (tables.text(self.naming.group(Dimension.CATEGORY, line["category"])), tables.number(line["count"]))
                for line in categories
            ),
            caption=_("What about"),
            widths=(70, 30),
            empty=_("None."),
        )
        borne = [
            line for line in self.figures["responsibility"] if line["kind"] == "department" and line["party"] == key
        ]
        if borne:
            yield Table(
                f"department_{key}_responsibility",
                tuple(str(share.label) for share in SHARES),
                (tuple(_borne(borne[0]["quarter"].get(share)) for share in SHARES),),
                caption=_("Responsibility determined in the quarter"),
            )
        measures = [line for line in self.figures["measures"] if line["department"] == key]
        if measures:
            yield Table(
                f"department_{key}_measures",
                (_("Number"), _("Measure"), _("Status")),
                tuple(
                    (
                        tables.text(line["number"]),
                        tables.text(_("(confidential)") if line["is_confidential"] else line["title"]),
                        tables.text(str(MeasureStatus(line["status"]).label)),
                    )
                    for line in measures
                ),
                caption=_("Measures"),
                widths=(20, 55, 25),
            )

    def definitions(self) -> tuple[Part, ...]:
        rows = tuple(
            {
                "code": row["code"],
                "label": localise(row["label"]),
                "text": sentences(
                    (labelled(localise(row["basis"]), localise(row["formula"])), localise(row["treatment"]))
                ),
                "basis": localise(row["basis"]),
                "formula": localise(row["formula"]),
                "treatment": localise(row["treatment"]),
                "source": row["source"],
            }
            for row in (*self.content["definitions"], *self.content.get("further_definitions", ()))
        )
        return (Definitions(rows),)


def _about(code: str) -> str:
    """The part of the summary in which a sentence stands."""
    first = code.partition(".")[0]
    if first in {"target", "unresolved"}:
        return "targets"
    if first in {"areas", "causes", "responsibility", "measures"}:
        return "where"
    return "changes" if first == "examined" or first in {str(row) for row in Dimension} else "whole"


def _answer(answer: str) -> Cell:
    shown, tone = {
        Answer.MET: (pgettext("target", "met"), "good"),
        Answer.NOT_MET: (pgettext("target", "not met"), "bad"),
        Answer.CANNOT_TELL: (pgettext("target", "cannot be told"), ""),
        Answer.NOTHING: (pgettext("target", "no cases"), ""),
        Answer.NO_BASELINE: (pgettext("target", "no baseline"), ""),
    }[Answer(answer)]
    return Cell(shown, shown, tone=tone)


def _borne(kept: Mapping[str, Any] | None) -> Cell:
    if not kept:
        return Cell(NOTHING, 0, is_number=True)
    share = percent(float(kept["mean_share"]), 0)
    return Cell(f"{kept['rounds']:,}", kept["rounds"], is_number=True, beside=share)


def _checked(check: Mapping[str, Any] | None) -> tuple[Cell, Cell, Cell]:
    if check is None:
        return Cell(NOTHING, ""), Cell(NOTHING, ""), Cell(pgettext("effect", "not checked yet"), "")
    label = str(Effect(check["effect"]).label)
    judged = (
        pgettext("effect", "judged effective") if check["is_effective"] else pgettext("effect", "judged not effective")
    )
    counts = f"{check['before_count']:,} → {check['after_count']:,}"
    ratio = ratio_text(check)
    return Cell(counts, counts), Cell(ratio, ratio), Cell(remarked(label, judged), remarked(label, judged))
