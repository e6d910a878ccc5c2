"""Two people at once, on connections of their own: one comes first, the other is refused, nothing is half done."""

import threading

import pytest
from django.db import close_old_connections, connections

from accountability.acts import Subject
from accountability.models import Citation, EvidenceItem, Hearing, InquiryEvent
from accountability.queries.content import is_intact
from accountability.services import silence, workflow
from complaints.models import ComplaintEvent
from complaints.services.doing import ActRefusedError
from tests.accountability.determination.determining import determining, in_days

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def at_once(*acts):
    """Start all at the same moment, each in a thread; what came of each: "taken", or the code of the refusal."""
    together, results = threading.Barrier(len(acts)), {}

    def run(place, act):
        close_old_connections()
        try:
            together.wait(30)
            results[place] = act()
        except ActRefusedError as refusal:
            results[place] = refusal.code
        except BaseException as error:  # noqa: BLE001 - shown by the comparison
            results[place] = repr(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item, daemon=True) for item in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [results.get(place, "stuck") for place in range(len(acts))]


def taking(iw, kind, subject, code, by, **given):
    def act():
        workflow.perform(kind, subject.pk, code, by=by, now=iw.now, given=given)
        return "taken"

    return act


ROUNDS = range(3)


@pytest.mark.parametrize("again", ROUNDS)
def test_two_make_it_final_at_once(again):
    iw = determining()
    version = iw.answered(iw.approved())
    acts = [
        taking(iw, Subject.DETERMINATION, version, "finalise", by, opinion="已查明")
        for by in (iw.w.handler, iw.w.executive, iw.w.head)
    ]
    assert sorted(at_once(*acts)) == ["taken", "wrong_state", "wrong_state"]
    version.refresh_from_db()
    assert is_intact(version)
    assert InquiryEvent.objects.filter(act="finalise").count() == 1
    assert ComplaintEvent.objects.filter(act="determine").count() == 1


@pytest.mark.parametrize("again", ROUNDS)
def test_evidence_is_withdrawn_while_it_becomes_cited(again):
    """Either the parties are heard on it and it stays, or it is gone and nobody is heard on it."""
    iw = determining()
    version = iw.submitted()
    results = at_once(
        taking(iw, Subject.DETERMINATION, version, "approve", iw.w.head, opinion="同意"),
        taking(iw, Subject.EVIDENCE, iw.cited, "withdraw_evidence", iw.w.legal, reason="重复"),
    )
    version.refresh_from_db()
    iw.cited.refresh_from_db()
    assert "stuck" not in results
    cited = Citation.objects.filter(assignment__determination=version).values_list("evidence__status", flat=True)
    if version.status == "hearing":
        assert set(cited) == {"held"}
        assert results == ["taken", "missing"]
    else:
        assert iw.cited.status == "withdrawn"
        assert results == ["missing", "taken"]


@pytest.mark.parametrize("again", ROUNDS)
def test_evidence_is_withdrawn_while_it_becomes_final(again):
    iw = determining()
    version = iw.answered(iw.approved())
    results = at_once(
        taking(iw, Subject.DETERMINATION, version, "finalise", iw.w.handler, opinion="已查明"),
        taking(iw, Subject.EVIDENCE, iw.cited, "withdraw_evidence", iw.lead, reason="重复"),
    )
    version.refresh_from_db()
    assert results == ["taken", "missing"]
    assert version.status == "final"
    assert EvidenceItem.objects.get(pk=iw.cited.pk).status == "held"


@pytest.mark.parametrize("again", ROUNDS)
def test_evidence_is_reviewed_while_the_draft_is_submitted(again):
    """What is submitted rests on the review that counts, or is refused because that one rejects the evidence."""
    iw = determining()
    version = iw.written()
    judged = dict.fromkeys(("authenticity", "legality", "relevance"), "refuted")
    results = at_once(
        taking(iw, Subject.DETERMINATION, version, "submit", iw.lead),
        taking(iw, Subject.EVIDENCE, iw.cited, "review", iw.w.quality, weight="none", opinion="系伪造", **judged),
    )
    version.refresh_from_db()
    assert results in (["taken", "taken"], ["missing", "taken"])
    assert version.status == ("submitted" if results[0] == "taken" else "draft")
    if version.status == "submitted":
        with pytest.raises(ActRefusedError):
            iw.act("approve", iw.w.head, on=version, opinion="同意")


@pytest.mark.parametrize("again", ROUNDS)
def test_many_workers_look_for_silence_at_once(again):
    iw = determining()
    iw.approved()
    now = in_days(iw, 30)
    closed = at_once(*[lambda: silence.close_silent(now) for _worker in range(4)])
    assert sum(closed) == 2
    assert set(Hearing.objects.values_list("status", flat=True)) == {"silent"}
    events = InquiryEvent.objects.filter(act="fall_silent").values_list("subject", flat=True)
    assert len(events) == len(set(events)) == 2


@pytest.mark.parametrize("again", ROUNDS)
def test_a_party_answers_in_the_moment_in_which_its_time_is_over(again):
    iw = determining()
    iw.approved()
    hearing = iw.hearing(iw.workshop)
    in_days(iw, 30)
    result, closed = at_once(
        taking(iw, Subject.HEARING, hearing, "accept_determination", iw.w.liaison),
        lambda: silence.close_silent(iw.now),
    )
    hearing.refresh_from_db()
    assert (result, hearing.status, closed) in {("taken", "accepted", 1), ("wrong_state", "silent", 2)}
