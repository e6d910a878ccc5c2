"""What the database refuses by itself: raw SQL past every service, on both databases. (AC-6, decision 0009)"""

# ruff: noqa: S608 - the tables are those under test

from copy import deepcopy
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accountability import freezing, shares
from accountability.models import (
    Assignment,
    BreachedClause,
    Charge,
    Citation,
    Clause,
    Determination,
    EvidenceReview,
    Hearing,
    LegalSource,
    Objection,
    RootCause,
)
from accountability.queries.content import digest_of
from accountability.states import Share
from tests.accountability.determination.determining import determining

pytestmark = pytest.mark.django_db

#: Built once for all tests of this file.
BUILD = determining


def table(name):
    return f"accountability_{name}"


def run(sql, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def refused(sql, *values, by):
    """The database refuses, and says why."""
    with pytest.raises(DatabaseError, match=by):
        run(sql, *values)


def taken(sql, *values):
    """The database does not mind; nothing is kept of it."""
    try:
        with transaction.atomic():
            run(sql, *values)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(error)
    return ""


def set_shares(version, *given):
    """Put other shares on the rows of a draft, past the services."""
    rows = list(version.assignments.order_by("position"))
    Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(share_kind="none", share=0)
    for row, (kind, share) in zip(rows, given, strict=True):
        Assignment.objects.filter(pk=row.pk).update(share_kind=kind, share=Decimal(share))


@pytest.fixture
def with_clause():
    source = LegalSource.objects.create(code="law", kind="law", names={})
    return Clause.objects.create(source=source, position=1, reference="26", text="生产者应当负责")


def cause():
    return RootCause.objects.create(code="supplier", names={}, path="/1/")


# -- frozen -----------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["hearing", "final", "superseded", "abandoned"])
def frozen(iw, request, with_clause):
    """A version past its draft, with everything a version can have."""
    rows = iw.rows()
    rows[0]["clauses"] = [with_clause.pk]
    iw.written(rows, causes=[str(cause().pk)])
    version = iw.version
    iw.act("submit", iw.lead, on=version)
    iw.act("approve", iw.w.head, on=version, opinion="同意")
    if request.param == "abandoned":
        iw.act("revise", iw.lead, on=version, reason="再议")
    elif request.param != "hearing":
        iw.answered(version)
        iw.act("finalise", iw.w.handler, on=version, opinion="已查明")
    if request.param == "superseded":
        iw.corrected(version)
    version.refresh_from_db()
    assert version.status == request.param
    return iw, version


CONTENT = {
    "outcome": "unfounded",
    "facts": "x",
    "reasoning": "x",
    "correction_reason": "x",
    "number": "x",
    "edition": 77,
    "round": 9,
    "approval_opinion": "x",
    "submitted_by_id": None,
    "approved_by_id": None,
    "made_by_id": None,
}


def test_no_column_of_a_frozen_version_changes(frozen):
    _iw, version = frozen
    for column, value in CONTENT.items():
        refused(
            f"UPDATE {table('determination')} SET {column} = %s WHERE id = %s",
            value,
            version.pk,
            by="frozen",
        )
    refused(f"DELETE FROM {table('determination')} WHERE id = %s", version.pk, by="frozen")


def test_the_digest_and_what_was_kept_never_change(frozen):
    _iw, version = frozen
    columns = {"sha256": "x", "content": '"x"'}
    if version.status != "hearing":
        columns |= {"final_at": "2020-01-01"}
    if version.ended_at is not None:
        columns |= {"ended_at": "2020-01-01"}
    for column, value in columns.items():
        refused(
            f"UPDATE {table('determination')} SET {column} = %s WHERE id = %s",
            value,
            version.pk,
            by="never changed",
        )


def places(value, path=()):
    """Every place in a value of lists and dictionaries, with what stands there."""
    yield path, value
    for key, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(part, (*path, key))


def test_nothing_within_what_was_kept_changes(frozen):
    """Whatever place of the content somebody writes to, leaves out or adds to: the database refuses."""
    _iw, version = frozen
    assert digest_of(version.content) == version.sha256
    found = list(places(version.content))
    assert len(found) > 100
    for path, value in found:
        other = deepcopy(version.content)
        if not path:
            other["more"] = None
        else:
            within = other
            for key in path[:-1]:
                within = within[key]
            within[path[-1]] = [] if value == "x" else "x"
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            Determination.objects.filter(pk=version.pk).update(content=other)


def test_no_assignment_citation_clause_or_cause_of_a_frozen_version_changes(frozen):
    iw, version = frozen
    row = version.assignments.first()
    spare = iw.evidence(title="另一份")
    for sql, values in (
        (f"UPDATE {table('assignment')} SET share = share WHERE id = %s", [row.pk]),
        (f"UPDATE {table('assignment')} SET reason = 'x' WHERE id = %s", [row.pk]),
        (f"DELETE FROM {table('citation')} WHERE assignment_id = %s", [row.pk]),
        (f"UPDATE {table('citation')} SET evidence_id = %s WHERE assignment_id = %s", [spare.pk, row.pk]),
        (f"DELETE FROM {table('breachedclause')} WHERE assignment_id = %s", [row.pk]),
        (f"DELETE FROM {table('determinedcause')} WHERE determination_id = %s", [version.pk]),
        (f"UPDATE {table('determinedcause')} SET text = 'x' WHERE determination_id = %s", [version.pk]),
        (f"DELETE FROM {table('assignment')} WHERE id = %s", [row.pk]),
    ):
        refused(sql, *values, by="frozen")
    review = EvidenceReview.objects.get(item=spare)
    clause = Clause.objects.get()
    later = version.assignments.last()
    for make in (
        lambda: Citation.objects.create(assignment=row, evidence=spare, review=review),
        lambda: BreachedClause.objects.create(assignment=later, clause=clause),
        lambda: Assignment.objects.create(
            determination=version, charge=row.charge, allegation=row.allegation, position=9, share_kind="none", share=0
        ),
        lambda: version.causes.create(cause=RootCause.objects.create(code="other", names={}, path="/2/")),
    ):
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            make()


def test_nothing_is_moved_into_a_frozen_version_from_a_draft(iw):
    version = iw.finalised()
    iw.act("correct", iw.w.handler, on=version, reason="笔误")
    row = iw.version.assignments.first()
    refused(
        f"UPDATE {table('assignment')} SET determination_id = %s, position = 50 WHERE id = %s",
        version.pk,
        row.pk,
        by="frozen",
    )
    refused(
        f"UPDATE {table('citation')} SET assignment_id = %s WHERE assignment_id = %s",
        version.assignments.last().pk,
        row.pk,
        by="frozen",
    )


def test_what_a_frozen_version_rests_on_stays(frozen):
    _iw, version = frozen
    row = version.assignments.first()
    for sql, key, by in (
        (f"UPDATE {table('charge')} SET party_id = party_id + 1 WHERE id = %s", row.charge_id, "charge"),
        (f"UPDATE {table('charge')} SET repeat = 5 WHERE id = %s", row.charge_id, "charge"),
        (f"UPDATE {table('allegation')} SET text = 'x' WHERE id = %s", row.allegation_id, "allegation"),
        (f"UPDATE {table('party')} SET name = 'x' WHERE id = %s", row.charge.party_id, "party"),
        (
            f"UPDATE {table('clause')} SET text = 'x' WHERE id = %s",
            row.breaches.get().clause_id,
            "clause",
        ),
    ):
        refused(sql, key, by=by)


def test_evidence_and_findings_are_bound_by_what_is_heard_or_in_force(frozen):
    iw, version = frozen
    charge, item = iw.charges[0], iw.cited
    withdraw = f"UPDATE {table('evidenceitem')} SET status = 'withdrawn', end_reason = 'x' WHERE id = %s"
    finding = f"UPDATE {table('charge')} SET finding = 'unfounded' WHERE id = %s"
    reason = f"UPDATE {table('charge')} SET reason = 'x' WHERE id = %s"
    if version.status == "abandoned":
        assert (taken(withdraw, item.pk), taken(finding, charge.pk), taken(reason, charge.pk)) == ("", "", "")
        return
    refused(withdraw, item.pk, by="not withdrawn")
    refused(finding, charge.pk, by="finding stays")
    refused(reason, charge.pk, by="finding stays")
    with pytest.raises(DatabaseError, match="no charge is added"), transaction.atomic():
        iw.charge(iw.employee())
    if version.status != "hearing":
        with pytest.raises(DatabaseError, match="not reviewed again"), transaction.atomic():
            iw.review(item, weight="none")


def test_answers_and_decisions_stay(iw):
    iw.approved()
    objection = iw.objected()
    refused(f"UPDATE {table('hearing')} SET answer = 'x' WHERE id = %s", objection.hearing_id, by="never changed")
    refused(
        f"UPDATE {table('hearing')} SET status = 'open', answered_at = NULL WHERE id = %s",
        objection.hearing_id,
        by=None,
    )
    refused(f"DELETE FROM {table('objection')} WHERE id = %s", objection.pk, by="never deleted")
    refused(f"DELETE FROM {table('hearing')} WHERE id = %s", iw.hearing(iw.maker).pk, by="never deleted")
    iw.act("dismiss_objection", iw.w.executive, on=objection, reason="维持")
    refused(f"UPDATE {table('objection')} SET status = 'upheld' WHERE id = %s", objection.pk, by="stays so")


# -- steps ------------------------------------------------------------------------------------------------------------

STATUSES = ["draft", "submitted", "hearing", "final", "superseded", "abandoned"]
STEPS = {
    ("draft", "submitted"),
    ("draft", "abandoned"),
    ("submitted", "draft"),
    ("submitted", "hearing"),
    ("submitted", "abandoned"),
    ("hearing", "final"),
    ("hearing", "abandoned"),
    ("final", "superseded"),
}


@pytest.mark.parametrize("start", STATUSES)
def test_a_version_goes_step_by_step(iw, start):
    if start == "draft":
        version = iw.written()
    elif start == "submitted":
        version = iw.submitted()
    elif start in ("hearing", "abandoned"):
        version = iw.approved()
        iw.answered(version)
        if start == "abandoned":
            iw.act("revise", iw.lead, on=version, reason="再议")
    else:
        version = iw.finalised()
        if start == "superseded":
            iw.corrected(version)
    if start in ("submitted", "hearing"):
        Determination.objects.filter(pk=version.pk, status="submitted").update(
            approved_by=iw.w.head, approved_at=iw.now
        )
    sound = "final_at = made_at, final_by_id = made_by_id, " if start == "hearing" else ""
    if start in ("draft", "submitted"):
        sound = "sha256 = 'x', "
    for target in STATUSES:
        error = taken(f"UPDATE {table('determination')} SET {sound}status = %s WHERE id = %s", target, version.pk)
        if target == start:
            continue
        assert (error == "") == ((start, target) in STEPS), (start, target, error)


@pytest.mark.parametrize("status", STATUSES[1:])
def test_a_version_begins_as_a_draft(iw, status):
    values = {"investigation": iw.investigation, "complaint": iw.c, "round": 1, "made_at": iw.now, "edition": 5}
    with pytest.raises(DatabaseError, match="begins as a draft"), transaction.atomic():
        Determination.objects.create(
            number="x",
            status=status,
            outcome="founded",
            sha256="x",
            final_at=iw.now,
            final_by=iw.w.head,
            approved_by=iw.w.head,
            **values,
        )


# -- entering ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def submitted(iw):
    iw.charges.append(iw.charge(iw.employee()))
    rows = [
        iw.row(iw.charges[0], "primary", "50"),
        iw.row(iw.charges[1], "secondary", "30"),
        iw.row(iw.charges[2], "secondary", "20"),
    ]
    version = iw.submitted(rows)
    return iw, version


def enter_hearing(iw, version):
    return taken(
        f"UPDATE {table('determination')} SET status = 'hearing', approved_by_id = %s, approved_at = made_at, "
        "sha256 = 'x' WHERE id = %s",
        iw.w.head.pk,
        version.pk,
    )


def test_a_sound_version_enters(submitted):
    assert enter_hearing(*submitted) == ""


@pytest.mark.parametrize("target", ["hearing", "abandoned"])
def test_nothing_is_put_to_the_parties_or_abandoned_before_its_content_is_kept(submitted, target):
    iw, version = submitted
    sql = f"UPDATE {table('determination')} SET status = %s, approved_by_id = %s WHERE id = %s"
    refused(sql, target, iw.w.head.pk, version.pk, by="is kept before")


def test_nobody_approved_or_the_author_did(submitted):
    iw, version = submitted
    bare = f"UPDATE {table('determination')} SET status = 'hearing', sha256 = 'x' WHERE id = %s"
    refused(bare, version.pk, by="approved by another")
    refused(
        f"UPDATE {table('determination')} SET status = 'hearing', approved_by_id = %s WHERE id = %s",
        iw.lead.pk,
        version.pk,
        by=None,
    )


UNSOUND = [
    [("primary", "50"), ("secondary", "30"), ("secondary", "19.99")],
    [("primary", "50"), ("secondary", "30"), ("secondary", "20.01")],
    [("secondary", "50"), ("secondary", "30"), ("secondary", "20")],
    [("primary", "30"), ("secondary", "50"), ("secondary", "20")],
    [("primary", "50"), ("equal", "25"), ("equal", "25")],
    [("equal", "50"), ("secondary", "25"), ("secondary", "25")],
    [("equal", "50"), ("equal", "25"), ("equal", "25")],
    [("equal", "33.33"), ("equal", "33.33"), ("equal", "33.33")],
    [("sole", "100"), ("secondary", "20"), ("none", "0")],
    [("primary", "60"), ("none", "0"), ("none", "0")],
    [("none", "0"), ("equal", "60"), ("none", "0")],
]


@pytest.mark.parametrize("given", UNSOUND)
def test_shares_that_do_not_add_up_do_not_enter(submitted, given):
    iw, version = submitted
    set_shares(version, *given)
    assert "do not add up" in enter_hearing(iw, version)


SHARES = st.sampled_from(["0", "0.01", "20", "25", "30", "33.33", "33.34", "40", "49.99", "50", "60", "100"])


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given=st.lists(st.tuples(st.sampled_from(Share.values), SHARES), min_size=3, max_size=3))
def test_the_database_and_the_pure_rules_say_the_same(submitted, given):
    """Whatever the fields themselves admit, one refuses exactly what the other names."""
    iw, version = submitted
    parts = [shares.Part(str(place), kind, Decimal(share)) for place, (kind, share) in enumerate(given)]
    try:
        with transaction.atomic():
            set_shares(version, *given)
            error = enter_hearing(iw, version)
            transaction.set_rollback(True)
    except DatabaseError:
        # The constraints of the rows alone: two who lead, or a share that does not fit its kind.
        named = {problem.code for problem in shares.check(parts)}
        assert named & {
            "two_primaries",
            "sole_with_others",
            "none_bears",
            "bears_nothing",
            "sole_not_whole",
            "primary_alone",
        } or any(part.share == 100 and part.kind != "sole" for part in parts)
        return
    assert (error == "") == (shares.check(parts) == []), (error, given)


def test_evidence_that_is_worthless_foreign_or_reviewed_by_its_collector_does_not_enter(submitted):
    iw, version = submitted
    citation = Citation.objects.filter(assignment__determination=version)[0]
    sound = "evidence cited must be"
    other = iw.evidence(complaint=iw.w.register())
    for item in (other, iw.evidence(weight="none")):
        review = item.reviews.get()
        Citation.objects.filter(pk=citation.pk).update(evidence=item, review=review)
        assert sound in enter_hearing(iw, version)
    withdrawn = iw.evidence()
    Citation.objects.filter(pk=citation.pk).update(evidence=withdrawn, review=withdrawn.reviews.get())
    assert enter_hearing(iw, version) == ""
    type(withdrawn).objects.filter(pk=withdrawn.pk).update(status="withdrawn", end_reason="x")
    assert sound in enter_hearing(iw, version)
    Citation.objects.filter(pk=citation.pk).update(evidence=iw.cited, review=withdrawn.reviews.get())
    assert sound in enter_hearing(iw, version)
    Citation.objects.filter(pk=citation.pk).update(evidence=iw.cited, review=iw.cited.reviews.get())
    assert enter_hearing(iw, version) == ""
    iw.review(iw.cited, weight="none", reviewer=iw.w.quality)
    assert sound in enter_hearing(iw, version)
    iw.review(iw.cited, weight="weak", reviewer=iw.w.quality)
    assert enter_hearing(iw, version) == ""


def test_a_share_without_evidence_does_not_enter(submitted):
    iw, version = submitted
    Citation.objects.filter(assignment=version.assignments.last()).delete()
    assert "bears it on evidence" in enter_hearing(iw, version)


def test_a_charge_unanswered_pending_or_found_otherwise_does_not_enter(submitted):
    iw, version = submitted
    charge = iw.charges[2]
    with transaction.atomic():
        Charge.objects.filter(pk=charge.pk).update(finding="partly_founded")
        assert "answers every charge" in enter_hearing(iw, version)
        transaction.set_rollback(True)
    iw.charge(iw.supplier("另一家"))
    assert "answers every charge" in enter_hearing(iw, version)


def ready(iw, version):
    """The bare change to final, everything filled in that a field asks for."""
    return taken(
        f"UPDATE {table('determination')} SET status = 'final', final_at = made_at, "
        "final_by_id = made_by_id WHERE id = %s",
        version.pk,
    )


def test_nothing_becomes_final_before_everybody_was_heard(iw):
    version = iw.approved()
    assert "every party was heard" in ready(iw, version)
    objection = iw.objected()
    iw.answered(version)
    assert "every party was heard" in ready(iw, version)
    Objection.objects.filter(pk=objection.pk).update(status="referred")
    assert "every party was heard" in ready(iw, version)
    iw.act("dismiss_objection", iw.w.executive, on=objection, reason="维持")
    assert ready(iw, version) == ""


def test_a_party_that_was_not_asked_was_not_heard(iw):
    version = iw.submitted()
    Determination.objects.filter(pk=version.pk).update(status="hearing", approved_by=iw.w.head, sha256="x")
    assert Hearing.objects.count() == 0
    assert "every party was heard" in ready(iw, version)


def test_nothing_becomes_final_while_a_causation_is_unclear(iw):
    one, two = iw.charges
    version = iw.approved([iw.row(one, "primary", "70", causation="unclear"), iw.row(two, "secondary", "30")])
    iw.answered(version)
    assert "causation is unclear" in ready(iw, version)


def test_every_trigger_stands_in_the_database():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        present = {name for (name,) in cursor.fetchall()}
    wanted = [refusal.short_name for rule in freezing.RULES for refusal in rule()]
    assert len(wanted) == len(set(wanted)) > 30
    assert set(wanted) <= present
