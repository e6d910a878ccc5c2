"""Five complaints that nobody can mistake for one another, and people of every kind."""

from dataclasses import dataclass, replace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from complaints import models
from complaints.services import bulk_intake
from complaints.states import Role, State
from tests import factories, world
from tests.complaints.walking import Walk
from tests.factories import NOW, AppointmentFactory, DepartmentFactory, UserFactory, appointed
from tests.paths import disputes, reported
from tests.paths.answers import Visit

#: A word that is in the subject, the content, the complainant's name and the file of one complaint, and nowhere else.
WORDS = {
    "own": "黄杉木",  # of customer service, with the workshop
    "foreign": "白桦林",  # of a branch, archived
    "confidential": "黑檀匣",  # of customer service, with the workshop; another handler has it
    "filed": "红枫径",  # of customer service, archived
    "disputed": "青檀匾",  # of customer service, investigated formally; the workshop objects to the determination
}
#: Who may see which, by hand. Nobody else sees any. (AU-4, WF-13)
SEEN = {
    "intake": {"own", "filed", "disputed"},
    "handler": {"own", "filed", "disputed"},
    "liaison": {"own", "confidential", "filed", "disputed"},
    "head": {"own", "confidential", "filed", "disputed"},
    "executive": {"own", "filed", "disputed"},
    "quality": {"own", "foreign", "filed", "disputed"},
    "legal": {"own", "foreign", "filed", "disputed"},
    "auditor": {"own", "foreign", "confidential", "filed", "disputed"},
    "recused_auditor": {"foreign", "confidential", "filed", "disputed"},
    "recused_handler": {"filed", "disputed"},
    "other_liaison": set(),
    "administrator": set(),
    "superuser": set(),
    "nobody": set(),
    "inactive": set(),
    "anonymous": set(),
}
#: Those the site lets in.
INSIDERS = [name for name in SEEN if name not in {"nobody", "inactive", "anonymous"}]


@dataclass
class Scene:
    """The organisation, its complaints by the name of WORDS, a row of everything else, and a visit of each person."""

    w: world.World
    cases: dict[str, models.Complaint]
    people: dict[str, Any]
    visits: dict[str, Visit]
    rows: dict[str, Any]

    def hidden_from(self, name):
        """Words and numbers that this person must not come across."""
        hidden = set(WORDS) - SEEN[name]
        return {WORDS[case] for case in hidden} | {self.cases[case].number for case in hidden}


def build():
    """Everything, once."""
    w = world.build()
    other = replace(w, people={**w.people, "handler": w.other_handler})
    cases = {
        "own": _walk(w, "own", State.IMPLEMENTING),
        "foreign": _walk(_branch(w), "foreign", State.ARCHIVED),
        "confidential": _walk(other, "confidential", State.IMPLEMENTING),
        "filed": _walk(w, "filed", State.ARCHIVED),
        "disputed": _walk(w, "disputed", State.INVESTIGATING),
    }
    models.Complaint.objects.filter(pk=cases["confidential"].pk).update(is_confidential=True)
    people = _people(w)
    for name in ("recused_auditor", "recused_handler"):
        models.Recusal.objects.create(
            complaint=cases["own"], person=people[name], reason="与投诉人有亲属关系", recorded_at=NOW
        )
    visits = {name: Visit(people.get(name)) for name in SEEN}
    models.User.objects.filter(pk=people["inactive"].pk).update(is_active=False)  # dismissed after logging in
    return Scene(w, cases, people, visits, _rows(w, cases, people))


def _walk(w, name, state):
    word = WORDS[name]
    file = SimpleUploadedFile(f"{word}.txt", f"{word}的来信".encode())
    elements = {"subject": f"{word}漏水", "content": f"{word}买来三天", "complainant_name": f"{word}先生"}
    walk = Walk(w, originals=(file,), order_number=f"DD-{word}", **elements).to(state)
    walk.c.refresh_from_db()
    return walk.c


def _branch(w):
    """A branch beside the company, with people of its own."""
    branch = DepartmentFactory(code="branch", names=factories.names("分公司", "Branch"))
    workshop = DepartmentFactory(code="branch-workshop", parent=branch, names=factories.names("分厂", "Branch works"))
    offices = {"intake": branch, "handler": branch, "head": branch, "executive": branch, "liaison": workshop}
    people = {role: appointed(role, department, username=f"branch_{role}") for role, department in offices.items()}
    return replace(w, service=branch, workshop=workshop, people={**w.people, **people})


def _people(w):
    people = {name: w.people[name] for name in SEEN if name in w.people}
    people["other_liaison"] = w.warehouse_liaison
    people["recused_auditor"] = appointed(Role.AUDITOR, w.root, username="recused_auditor")
    people["recused_handler"] = appointed(Role.HANDLER, w.service, username="recused_handler")
    people["superuser"] = UserFactory(username="superuser", is_superuser=True, is_staff=True)
    people["inactive"] = UserFactory(username="inactive")
    AppointmentFactory(person=people["inactive"], role=Role.AUDITOR, department=w.root)
    return people


def _rows(w, cases, people):
    """A row of each register, and of what belongs to one person only."""
    later = factories.PolicyVersionFactory(
        policy=w.policy.policy, number=2, valid_from=None, document=w.policy.document, digest=w.policy.digest
    )
    return {
        "channel": w.channel,
        "category": w.category,
        "calendar": models.Calendar.objects.get(),
        "calendaryear": models.CalendarYear.objects.first(),
        "calendarday": models.CalendarDay.objects.create(
            calendar=models.Calendar.objects.get(), date="2026-10-01", kind="holiday"
        ),
        "department": w.warehouse,
        "user": w.warehouse_head,
        "appointment": w.warehouse_head.appointments.get(),
        "absence": factories.AbsenceFactory(person=w.warehouse_head, ends_at="2100-01-01T00:00Z"),
        "policy": w.policy.policy,
        "policyversion": w.policy,
        "draft": later,
        "policyselection": models.PolicySelection.objects.get(),
        "complaintevent": models.ComplaintEvent.objects.filter(complaint__subject__contains=WORDS["own"]).first(),
        "notice": models.Notice.objects.filter(recipient=people["head"]).first(),
        "run": _run(w),
        **disputes.rows(w, cases["disputed"]),
        **reported.rows(w, cases["own"]),
    }


def _run(w):
    """A file that an intake officer uploaded."""
    file = SimpleUploadedFile("登记表.csv", "投诉主题,投诉人\n热水器漏水,张三\n".encode())
    return bulk_intake.upload(
        file, name="登记表.csv", department=w.service, encoding="", language="zh-hans", by=w.intake, now=NOW
    )
