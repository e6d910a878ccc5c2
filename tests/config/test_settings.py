"""The settings are read in a process of their own, with an environment of its own."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from config.keys import new_keys

ASK = """
import json, sys
from config import settings
print(json.dumps([getattr(settings, name) for name in sys.argv[1:]], default=str))
"""


def ask(tmp_path, *names, **environment):
    """Give the values of some settings in an environment, or what stopped them from loading."""
    passed = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull, "DATA_DIR": str(tmp_path), **environment}
    command = [sys.executable, "-c", ASK, *names]
    answer = subprocess.run(command, env=passed, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    return json.loads(answer.stdout) if answer.returncode == 0 else answer.stderr


@pytest.fixture
def keys():
    keys = new_keys()
    return {"SECRET_KEY": keys.secret_key, "FIELD_KEYS": keys.field_keys[0], "LOOKUP_KEY": keys.lookup_key}


def test_production_without_keys_does_not_start_and_says_how_to_get_them(tmp_path):
    assert "`python -m config.keys` prints new ones" in ask(tmp_path, "DEBUG")


def test_a_demonstration_keeps_the_keys_it_made(tmp_path):
    first = ask(tmp_path, "SECRET_KEY", "FIELD_KEYS", "LOOKUP_KEY", DEMO="true")
    assert ask(tmp_path, "SECRET_KEY", "FIELD_KEYS", "LOOKUP_KEY", DEMO="true") == first


def test_a_build_leaves_no_keys_behind(tmp_path):
    ask(tmp_path, "SECRET_KEY", DJANGO_BUILD="true")
    assert not (tmp_path / "keys.json").exists()


def test_production_speaks_https_only(tmp_path, keys):
    names = ["DEBUG", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "ALLOWED_HOSTS"]
    assert ask(tmp_path, *names, **keys) == [False, True, True, True, []]


def test_a_demonstration_speaks_http_to_this_machine_only(tmp_path):
    names = ["DEBUG", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "ALLOWED_HOSTS"]
    assert ask(tmp_path, *names, DEMO="true") == [False, False, False, ["localhost", "127.0.0.1", "[::1]"]]


def test_without_addresses_everything_lies_in_the_data_folder(tmp_path):
    [databases, broker, options] = ask(
        tmp_path, "DATABASES", "CELERY_BROKER_URL", "CELERY_BROKER_TRANSPORT_OPTIONS", DEMO="true"
    )
    assert databases["default"]["NAME"] == str(tmp_path / "db.sqlite3")
    assert databases["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert broker == "filesystem://localhost"
    assert (tmp_path / "broker" / "messages").is_dir()
    assert options["data_folder_in"] == options["data_folder_out"] == str(tmp_path / "broker" / "messages")


def test_addresses_lead_to_servers(tmp_path):
    [databases, broker, reporting] = ask(
        tmp_path,
        "DATABASES",
        "CELERY_BROKER_URL",
        "REPORTING_DATABASE",
        DEMO="true",
        DATABASE_URL="postgres://clerk:p%40ss@db.example.org/complaints",
        REDIS_URL="redis://redis.example.org",
        REPORTING_DATABASE_URL="postgres://reader@replica.example.org/complaints",
    )
    first = databases["default"]
    assert (first["HOST"], first["USER"], first["PASSWORD"]) == ("db.example.org", "clerk", "p@ss")
    assert first["OPTIONS"] == {"options": "-c jit=off"}
    assert databases["reporting"]["HOST"] == "replica.example.org"
    assert (broker, reporting) == ("redis://redis.example.org", "reporting")


def test_an_address_may_say_more(tmp_path):
    url = "postgres://clerk@/complaints?host=/run/postgresql&sslmode=require&options=-c%20work_mem%3D8MB"
    [databases] = ask(tmp_path, "DATABASES", DEMO="true", DATABASE_URL=url)
    expected = {"host": "/run/postgresql", "sslmode": "require", "options": "-c work_mem=8MB"}
    assert databases["default"]["OPTIONS"] == expected


def test_the_address_of_the_site_is_a_whole_one(tmp_path):
    assert ask(tmp_path, "SITE_URL", DEMO="true") == [""]
    assert ask(tmp_path, "SITE_URL", DEMO="true", SITE_URL="https://a.example.org/") == ["https://a.example.org"]
    assert "begins with https://" in ask(tmp_path, "SITE_URL", DEMO="true", SITE_URL="a.example.org")
