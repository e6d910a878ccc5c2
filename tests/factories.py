"""One valid, minimal object of each kind. Nothing here calls a service or starts anything.

`appointed(Role.HANDLER, department)` makes a person who holds a role, which most tests begin with.
"""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import factory
from django.conf import settings
from factory.django import DjangoModelFactory, Password

from complaints import models
from complaints.encryption import digest
from complaints.policy_rules import parse_policy
from complaints.services.records import record_history
from complaints.states import ComplainantKind, Role

#: A Monday morning, half past ten in Shanghai; nothing in these objects is later.
NOW = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
PASSWORD = "only-for-tests-2026"
WORKING_WEEK = {str(day): [["09:00", "12:00"], ["13:00", "18:00"]] for day in range(5)} | {"5": [], "6": []}
PUBLISHED_YEARS = range(2024, 2031)


def names(chinese, english=None):
    """A name in the languages of the product."""
    return {"zh-hans": chinese, "zh-hant": chinese, "en": english or chinese}


@lru_cache
def policy_document(code="product"):
    """The document of a policy that ships with the product."""
    path = Path(settings.BASE_DIR) / "complaints" / "policies" / f"{code}.yaml"
    document, _rules = parse_policy(path.read_text(encoding="utf-8"), path.name)
    return document


def document_digest(document):
    """The digest of a document, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


# --- Organisation ---------------------------------------------------------------------------------------------------


class UserFactory(DjangoModelFactory):
    class Meta:
        model = models.User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    display_name = factory.Sequence(lambda n: f"王{n}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@example.org")
    password = Password(PASSWORD)


class TreeFactory(DjangoModelFactory):
    """A row of a tree: its path holds its own key, so it is known only after the insert."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        row = model_class(*args, **kwargs)
        row.skip_history_when_saving = True
        row.save()
        del row.skip_history_when_saving
        row.path = f"{row.parent.path if row.parent else '/'}{row.pk}/"
        model_class.objects.filter(pk=row.pk).update(path=row.path)
        record_history(model_class, [row.pk], change="+", by=None, reason="", now=NOW)
        return row


class DepartmentFactory(TreeFactory):
    class Meta:
        model = models.Department

    code = factory.Sequence(lambda n: f"department-{n}")
    names = factory.LazyAttribute(lambda department: names(f"部门{department.code.rpartition('-')[2]}"))


class AppointmentFactory(DjangoModelFactory):
    class Meta:
        model = models.Appointment

    person = factory.SubFactory(UserFactory)
    department = factory.SubFactory(DepartmentFactory)
    role = Role.HANDLER
    starts_on = date(2020, 1, 1)


class AbsenceFactory(DjangoModelFactory):
    class Meta:
        model = models.Absence

    person = factory.SubFactory(UserFactory)
    starts_at = NOW
    ends_at = NOW + timedelta(days=5)


def appointed(role, department=None, **person):
    """A new person who holds `role` in `department` (a new one if none is given)."""
    user = UserFactory(**person)
    AppointmentFactory(person=user, role=role, department=department or DepartmentFactory())
    return user


# --- Calendar -------------------------------------------------------------------------------------------------------


class CalendarFactory(DjangoModelFactory):
    """Monday to Friday, nine to twelve and one to six, no holidays; the years around 2026 are published."""

    class Meta:
        model = models.Calendar
        django_get_or_create = ("code",)
        skip_postgeneration_save = True

    code = "cn"
    names = factory.LazyFunction(lambda: names("中国大陆", "Mainland China"))
    week = factory.LazyFunction(lambda: dict(WORKING_WEEK))

    @factory.post_generation
    def years(self, create, extracted, **kwargs):
        for year in PUBLISHED_YEARS if extracted is None else extracted:
            models.CalendarYear.objects.get_or_create(
                calendar=self, year=year, defaults={"is_published": True, "sources": {"en": "tests"}}
            )


# --- Policies -------------------------------------------------------------------------------------------------------


class PolicyFactory(DjangoModelFactory):
    class Meta:
        model = models.Policy
        django_get_or_create = ("code",)

    code = "product"
    names = factory.LazyFunction(lambda: names("产品投诉", "Product complaints"))


class PolicyVersionFactory(DjangoModelFactory):
    """In force since 2020. Its document is that of the policy of the same code which ships with the product."""

    class Meta:
        model = models.PolicyVersion
        django_get_or_create = ("policy", "number")

    policy = factory.SubFactory(PolicyFactory)
    number = 1
    document = factory.LazyAttribute(lambda version: policy_document(version.policy.code))
    digest = factory.LazyAttribute(lambda version: document_digest(version.document))
    valid_from = datetime(2020, 1, 1, tzinfo=UTC)
    created_at = datetime(2019, 12, 1, tzinfo=UTC)


class PolicySelectionFactory(DjangoModelFactory):
    """A rule without conditions: it fits every case."""

    class Meta:
        model = models.PolicySelection

    position = factory.Sequence(lambda n: 10 * (n + 1))
    policy = factory.SubFactory(PolicyFactory)


# --- Complaints -----------------------------------------------------------------------------------------------------


class ChannelFactory(DjangoModelFactory):
    class Meta:
        model = models.Channel
        django_get_or_create = ("code",)

    code = "hotline"
    names = factory.LazyAttribute(lambda channel: names(f"渠道 {channel.code}", channel.code))
    kind = "phone"


class CategoryFactory(TreeFactory):
    class Meta:
        model = models.Category

    code = factory.Sequence(lambda n: f"category-{n}")
    names = factory.LazyAttribute(lambda category: names(f"类别{category.code.rpartition('-')[2]}"))


class ComplainantFactory(DjangoModelFactory):
    class Meta:
        model = models.Complainant

    kind = ComplainantKind.CUSTOMER
    name = "李小明"
    phone = "13812345678"
    name_digest = factory.LazyAttribute(lambda complainant: digest(complainant.name))
    phone_digest = factory.LazyAttribute(lambda complainant: digest(complainant.phone))
    email_digest = factory.LazyAttribute(lambda complainant: digest(getattr(complainant, "email", "")))


class ComplaintFactory(DjangoModelFactory):
    """Registered a moment ago; no clocks, no events, nobody told."""

    class Meta:
        model = models.Complaint

    number = factory.Sequence(lambda n: f"TS-2026-9{n:05d}")
    policy_version = factory.SubFactory(PolicyVersionFactory)
    calendar = factory.SubFactory(CalendarFactory)
    channel = factory.SubFactory(ChannelFactory)
    complainant = factory.SubFactory(ComplainantFactory)
    subject = "冰箱不制冷"
    content = "买来三天就不制冷了。"
    demand = "退货"
    received_at = NOW
    registered_at = NOW
    first_contact_department = factory.SubFactory(DepartmentFactory)
    owner_department = factory.SelfAttribute("first_contact_department")
