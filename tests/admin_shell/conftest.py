"""People in every role, and clients that are logged in as them."""

import pytest
from django.test import Client
from django.utils import translation

from complaints.states import Role
from tests.factories import DepartmentFactory, UserFactory, appointed


@pytest.fixture(autouse=True)
def english():
    """What is asked outside of a request is answered in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def logged_in():
    """A client of a person: `logged_in(person)`."""

    def enter(person):
        client = Client(headers={"accept-language": "en"})
        client.force_login(person)
        return client

    return enter


@pytest.fixture
def department(db):
    return DepartmentFactory()


@pytest.fixture
def administrator(department):
    return appointed(Role.ADMINISTRATOR, department)


@pytest.fixture
def auditor(department):
    return appointed(Role.AUDITOR, department)


@pytest.fixture
def superuser(db):
    return UserFactory(is_superuser=True)


@pytest.fixture
def as_administrator(logged_in, administrator):
    return logged_in(administrator)


@pytest.fixture
def as_auditor(logged_in, auditor):
    return logged_in(auditor)
