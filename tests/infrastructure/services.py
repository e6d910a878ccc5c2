"""Redis and a real worker, for the few tests that need more than a function call."""

import os
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings
from django.db import connection

from config.celery import app

START_SECONDS = 60


@pytest.fixture
def redis_url(request):
    """Address of an empty Redis database that belongs to this test process alone."""
    if not settings.REDIS_URL:
        reason = "needs Redis: tools/test_services.py pytest …"
        if request.config.getoption("require_services"):
            pytest.fail(reason)
        pytest.skip(reason)
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
        yield settings.REDIS_URL
        client.flushdb()


@pytest.fixture
def celery_worker_process(redis_url, transactional_db, tmp_path):
    """Start a worker, a process of its own, on the test database and the test's Redis.

    Tasks sent by the test reach it as they would in production. The process is stopped by
    its id when the test is over; its log is shown if it does not start.
    """
    log = tmp_path / "worker.log"
    command = [sys.executable, "-m", "celery", "-A", "config", "worker"]
    options = ["--concurrency=1", "--queues=deadlines,reports", "--hostname=tests@%h"]
    quiet = ["--without-gossip", "--without-mingle", "--loglevel=INFO"]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.infrastructure.settings",
        "TEST_DATABASE_URL": _address_of_test_database(),
        "PYTHONWARNINGS": "default",
    }
    with log.open("wb") as output:
        worker = subprocess.Popen([*command, *options, *quiet], env=environment, stdout=output, stderr=output)
    try:
        _wait_until_ready(worker, log)
        yield worker
    finally:
        worker.terminate()
        try:
            worker.wait(timeout=20)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
        app.pool.force_close_all()  # type: ignore[attr-defined]  # the stubs take it for another pool


def _address_of_test_database():
    """Write the database that this test is using as an address for another process."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["TEST_DATABASE_URL"])._replace(path=f"/{name}").geturl()


def _wait_until_ready(worker, log):
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and worker.poll() is None:
        if " ready." in log.read_text(errors="replace"):
            return
        time.sleep(0.05)
    pytest.fail(f"The worker did not start:\n{log.read_text(errors='replace')[-3000:]}")
