"""Whatever anybody does in whatever order, nothing is lost and nobody reviews what they collected. (AC-2, AC-3)"""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from accountability.models import CustodyEntry, EvidenceFile, EvidenceItem, EvidenceReview, InquiryEvent
from accountability.services import evidence_files, workflow
from accountability.services.evidence_opening import NotOpenedError, open_file
from complaints.models import User
from complaints.services.doing import ActRefusedError
from tests.accountability.evidence.pieces import JUDGED, given, inquiry, register, upload
from tests.accountability.inquiry_world import kind_of

PEOPLE = ["lead", "member", "handler", "head", "legal", "quality", "auditor", "liaison", "workshop_head", "nobody"]
ACTS = [
    "register_evidence",
    "hand_over",
    "copy",
    "seal",
    "unseal",
    "review",
    "withdraw_evidence",
    "supersede",
    "look",
    "place_hold",
    "lift_hold",
]
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from(PEOPLE), st.integers(0, 3)), max_size=12)


def attempt(iw, code, by, which):
    """Take the act on one of the pieces there are; whether it was taken."""
    items = list(EvidenceItem.objects.order_by("id"))
    iw.later(minutes=which - 1)  # now and then by a clock that is behind
    file = [upload("a.txt", f"{code} {by.username} {which}".encode())]
    on_case = code in {"register_evidence", "place_hold", "lift_hold"}
    values = {
        "register_evidence": given(iw, files=file, is_restricted=which == 1),
        "supersede": given(iw, files=file) | {"reason": "更正"},
        "hand_over": {"to": "某处"},
        "copy": {"to": "某人", "reason": "备查"},
        "review": JUDGED,
    }.get(code, {"reason": "理由"})
    if not on_case and not items:
        return
    item = None if on_case else items[which % len(items)]
    try:
        with transaction.atomic():
            if item is not None and code == "look":
                open_file(item.files.get().pk, by=by, now=iw.now)[1].close()
            else:
                iw.act(code, by, on=item, **values)
    except (ActRefusedError, NotOpenedError, EvidenceFile.DoesNotExist):
        pass


def everything():
    """All there is, each in the order in which it was written."""
    return {
        "items": list(EvidenceItem.objects.order_by("id").values_list("number", "title", "collected_by")),
        "files": list(EvidenceFile.objects.order_by("id").values_list("item", "sha256", "size", "file_name")),
        "custody": list(CustodyEntry.objects.order_by("id").values_list("item", "act", "by", "at")),
        "reviews": list(EvidenceReview.objects.order_by("id").values_list("item", "reviewer", "weight")),
        "events": list(InquiryEvent.objects.order_by("id").values_list("act", "actor", "at")),
        "ended": list(EvidenceItem.objects.exclude(status="held").order_by("id").values_list("number", "status")),
    }


def sound(iw):
    for item in EvidenceItem.objects.all():
        entries = list(CustodyEntry.objects.filter(item=item).values_list("id", "act", "at", "by"))
        assert entries[0][1] == "collected"
        assert [entry[2] for entry in entries] == sorted(entry[2] for entry in entries)
        assert sorted(entry[0] for entry in entries) == [entry[0] for entry in entries]
        seals = [act for _id, act, _at, _by in entries if act in {"sealed", "unsealed"}]
        assert seals == ["sealed", "unsealed"] * (len(seals) // 2) + ["sealed"] * (len(seals) % 2)
        assert item.is_sealed == bool(len(seals) % 2)
        assert item.collected_by_id not in {review.reviewer_id for review in item.reviews.all()}
        assert item.files.exists()
        looks = {by for _id, act, _at, by in entries if act == "viewed"}
        assert item.is_restricted or not looks
    for sha256, size in EvidenceFile.objects.values_list("sha256", "size"):
        assert evidence_files.damage_of(sha256, size) == ""
    iw.c.refresh_from_db()
    assert iw.c.is_held == iw.c.legalholds.filter(lifted_at=None).exists()


@pytest.fixture
def iw(db):
    """The same beginning for every example; each is undone."""
    return inquiry()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@for_all(steps=STEPS)
def test_nothing_is_ever_lost(iw, steps):
    people = {user.username: user for user in User.objects.all()}
    began = iw.now
    with transaction.atomic():
        register(iw)
        before = everything()
        for code, by, which in steps:
            attempt(iw, code, people[by], which)
            after = everything()
            for name, rows in before.items():
                kept = after[name] if name != "ended" else [row for row in after[name] if row in rows]
                assert kept[: len(rows)] == rows
            sound(iw)
            before = after
        transaction.set_rollback(True)
    iw.now = began
    iw.investigation.refresh_from_db()
    iw.c.refresh_from_db()


@pytest.mark.django_db(transaction=True)
def test_at_once():
    """Several who act at once get numbers of their own, one of them places the hold, the other is refused."""
    iw = inquiry()
    together, done = Barrier(4), []
    deeds = [
        ("register_evidence", iw.lead, lambda: given(iw, files=[upload("a.txt", b"a")])),
        ("register_evidence", iw.member, lambda: given(iw, files=[upload("a.txt", b"a")])),
        ("place_hold", iw.w.legal, lambda: {"reason": "诉讼"}),
        ("place_hold", iw.w.head, lambda: {"reason": "诉讼"}),
    ]
    now = iw.now + timedelta(minutes=5)

    def take(code, by, values):
        together.wait()
        try:
            subject = iw.investigation
            workflow.perform(kind_of(subject), subject.pk, code, by=by, now=now, given=values())
            done.append(code)
        except ActRefusedError as refused:
            done.append(refused.code)
        finally:
            connection.close()

    threads = [Thread(target=take, args=deed) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["missing", "place_hold", "register_evidence", "register_evidence"]
    assert iw.investigation.complaint.legalholds.count() == 1
    assert sorted(EvidenceItem.objects.values_list("number", flat=True)) == [
        f"{iw.c.number}-ZJ1",
        f"{iw.c.number}-ZJ2",
    ]
    assert len(set(EvidenceFile.objects.values_list("sha256", flat=True))) == 1
    assert EvidenceFile.objects.count() == 2
