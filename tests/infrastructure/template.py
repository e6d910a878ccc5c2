"""Databases of tests: migrated quickly, or copied from one that is migrated already.

`python -m tests.infrastructure.template [--in-full]` migrates TEST_DATABASE_TEMPLATE: the path of a SQLite file, or the
name of a database on the server of TEST_DATABASE_URL. With that variable set, every process of a test run begins with
a copy; without it, each migrates a database of its own.
"""

import contextlib
import os
import shutil
import sys
from typing import Any

import django
import pytest
from django.db import connection
from django.db.migrations.state import ProjectState


@contextlib.contextmanager
def neighbours_left_alone():
    """Migrate without building anew, at every step, the class of every model that is related to the one in hand.

    With a hundred models around one user those classes are nearly all of the time that it takes. The steps need none of
    them but the model's own; code that a migration runs is given all of them fresh, as ever. (`is_delayed`)
    """

    def itself(state, app_label, model_name, delay=False):  # noqa: FBT002 - Django's signature
        state.is_delayed = True
        return {(app_label, model_name)}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ProjectState, "_find_reload_model", itself)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Copy the template, if there is one, and migrate what it lacks."""
    creation: Any = connection.creation
    create, clear_away = creation.create_test_db, creation._create_test_db
    template = connection.settings_dict["TEST"].get("TEMPLATE")

    def migrate(*arguments, **options):
        with neighbours_left_alone():
            return create(*arguments, **options)

    def copy(*arguments, **options):
        name = clear_away(*arguments, **options)
        shutil.copyfile(template, name)
        return name

    def drop(name, verbosity):
        """A browser that has gone may have left a request that is still being answered: it is cut off."""
        with creation._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {connection.ops.quote_name(name)} WITH (FORCE)")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(creation, "create_test_db", migrate)
        if connection.vendor == "postgresql":
            patch.setattr(creation, "_destroy_test_db", drop)
        if template and connection.vendor == "sqlite":  # PostgreSQL copies by itself
            patch.setattr(creation, "_create_test_db", copy)
        yield


def make(*, in_full: bool) -> None:
    """Migrate the template, and leave it to itself: what is open cannot be copied."""
    test = connection.settings_dict["TEST"]
    test["NAME"], test["TEMPLATE"] = test["TEMPLATE"], None
    with contextlib.nullcontext() if in_full else neighbours_left_alone():
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.infrastructure.settings")
    django.setup()
    make(in_full="--in-full" in sys.argv)
