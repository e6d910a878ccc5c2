"""A small organisation with one person in every role, all policies and the calendar: what journeys begin with."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from complaints import models
from complaints.policy_rules import POLICY_FOLDER, policy_files
from complaints.services import intake, workflow
from complaints.states import Role
from tests import factories
from tests.factories import NOW, AppointmentFactory, DepartmentFactory, UserFactory


@dataclass
class World:
    """The organisation: a root, customer service (which owns), a workshop and a warehouse (which answer)."""

    root: Any
    service: Any
    workshop: Any
    warehouse: Any
    people: dict[str, Any]
    channel: Any
    category: Any
    policy: Any

    def __getattr__(self, name):
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def register(self, *, now=NOW, by=None, **elements):
        """Register a complaint through the intake service."""
        values = {
            "channel": self.channel,
            "first_contact_department": self.service,
            "subject": "洗衣机漏水",
            "content": "用了三天就漏水",
            "received_at": now,
            "complainant_name": "张三",
            "complainant_phone": "13800001234",
        } | elements
        return intake.register(intake.Registration(**values), by=by or self.intake, now=now)

    def act(self, complaint, code, by, *, now=NOW, **given):
        """Take an act and reload the complaint."""
        event = workflow.perform(complaint.pk, code, by=by, now=now, given=given)
        complaint.refresh_from_db()
        return event


def _person(role, department, username):
    person = UserFactory(username=username, display_name=username)
    AppointmentFactory(person=person, role=role, department=department)
    return person


def build(policy: str = "product") -> World:
    """An organisation governed by one policy."""
    root = DepartmentFactory(code="company", names=factories.names("总公司", "Company"))
    service = DepartmentFactory(code="service", parent=root, names=factories.names("客户服务部", "Customer service"))
    workshop = DepartmentFactory(code="workshop", parent=root, names=factories.names("生产车间", "Workshop"))
    warehouse = DepartmentFactory(code="warehouse", parent=root, names=factories.names("仓库", "Warehouse"))
    people = {
        "executive": _person(Role.EXECUTIVE, root, "executive"),
        "intake": _person(Role.INTAKE, service, "intake"),
        "handler": _person(Role.HANDLER, service, "handler"),
        "other_handler": _person(Role.HANDLER, service, "other_handler"),
        "head": _person(Role.HEAD, service, "head"),
        "liaison": _person(Role.LIAISON, workshop, "liaison"),
        "workshop_head": _person(Role.HEAD, workshop, "workshop_head"),
        "warehouse_liaison": _person(Role.LIAISON, warehouse, "warehouse_liaison"),
        "warehouse_head": _person(Role.HEAD, warehouse, "warehouse_head"),
        "quality": _person(Role.QUALITY, root, "quality"),
        "legal": _person(Role.LEGAL, root, "legal"),
        "auditor": _person(Role.AUDITOR, root, "auditor"),
        "administrator": _person(Role.ADMINISTRATOR, root, "administrator"),
        "nobody": UserFactory(username="nobody", display_name="nobody"),
    }
    factories.CalendarFactory(code="cn")
    version = factories.PolicyVersionFactory(policy__code=policy)
    models.PolicySelection.objects.create(position=1, policy=version.policy)
    return World(
        root=root,
        service=service,
        workshop=workshop,
        warehouse=warehouse,
        people=people,
        channel=factories.ChannelFactory(code="phone"),
        category=factories.CategoryFactory(),
        policy=version,
    )


def steps(now: datetime, count: int = 1) -> list[dict[str, Any]]:
    """Steps of a plan, a day apart."""
    return [{"description": f"第{number}步", "due_at": now + timedelta(days=number)} for number in range(1, count + 1)]


__all__ = ["POLICY_FOLDER", "World", "build", "policy_files", "steps"]
