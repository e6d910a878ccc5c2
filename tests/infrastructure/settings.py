"""Settings of the test run: the project's own, with an environment made up for tests.

Nothing of the developer's environment or .env reaches the tests. They read instead

- TEST_DATABASE_URL: a PostgreSQL server; without it a SQLite file in a temporary folder;
- TEST_REDIS_URL: a Redis server; without it tests that need one are skipped;
- TEST_DATABASE_TEMPLATE: a migrated database to begin with a copy of (tests/infrastructure/template.py).
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")

# One folder for the whole run, removed by the process that made it; below it one for each
# process that runs tests. Processes that tests start find it in their environment.
if "pytest" not in sys.modules:  # the type checker, which only looks, or a worker that a test started
    os.environ.setdefault("TEST_DATA_DIR", str(Path(tempfile.gettempdir()) / "complaints-types"))
elif "TEST_DATA_DIR" not in os.environ:
    os.environ["TEST_DATA_DIR"] = tempfile.mkdtemp(prefix="complaints-tests-")
    atexit.register(shutil.rmtree, os.environ["TEST_DATA_DIR"], ignore_errors=True)
_data_dir = Path(os.environ["TEST_DATA_DIR"]) / _worker

_redis = os.environ.get("TEST_REDIS_URL", "")
if _redis:  # each process has a logical database of its own
    _redis = f"{_redis.rstrip('/')}/{1 + int(_worker.removeprefix('gw')) if _worker != 'main' else 0}"

os.environ.update(
    {
        "ENV_FILE": os.devnull,
        "DEBUG": "false",
        "DEMO": "true",
        "HTTPS": "false",
        "DATA_DIR": str(_data_dir),
        "DATABASE_URL": os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{_data_dir / 'db.sqlite3'}",
        "REPORTING_DATABASE_URL": "",
        "REDIS_URL": _redis,
        "BUSINESS_TIME_ZONE": "Asia/Shanghai",
        "SECRET_KEY": "of the tests",
        "FIELD_KEYS": "dGhlIGtleSB0aGF0IG9ubHkgdGhlIHRlc3RzIHVzZS4=",
        "LOOKUP_KEY": "of the tests",
        "EMAIL_URL": "memorymail://",
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "LOG_LEVEL": "WARNING",
    }
)

from config.settings import *  # noqa: E402, F403 - the environment has to be set before
from config.settings import DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

# A file instead of Django's in-memory database: other threads and processes can open it.
_test = {"TEMPLATE": os.environ.get("TEST_DATABASE_TEMPLATE") or None}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    _test["NAME"] = str(_data_dir / "test.sqlite3")
DATABASES["default"]["TEST"] = _test
# The connection ends with its test, or dropping the database would find it in use.
DATABASES["default"]["CONN_MAX_AGE"] = 0

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; protects nothing here
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a missing folder
