"""Journeys through the site in the browser of the system.

A journey asks for `page`. It fails when a page breaks the content security policy, a script
throws, or anything is fetched from another host. A journey that goes where it may not says so:
`@pytest.mark.browser(expected_errors=["403 .*/complaint/"])`. What the browser showed last is
kept in var/test-artifacts, and so is whatever the journey photographs with `snapshot`.
"""

import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

ARTIFACTS = Path(settings.BASE_DIR) / "var" / "test-artifacts"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
EXPECTED_ERRORS = [r"/favicon\.ico$"]  # browsers ask for it unasked
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(request, browser_type_launch_args):
    """Use the system's Chromium, which needs no download."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        reason = "needs Chromium: tools/system_packages.sh test"
        if request.config.getoption("require_services"):
            pytest.fail(reason)
        pytest.skip(reason)
    # Playwright runs an event loop in this thread, which Django would take for asynchronous code.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield {**browser_type_launch_args, "executable_path": program, "args": FLAGS}


@pytest.fixture
def browser_context_args(browser_context_args, live_server):
    """Open addresses such as "/admin/" on the test's own server, as a Chinese browser would."""
    size = {"width": 1366, "height": 900}
    return {**browser_context_args, "base_url": live_server.url, "locale": "zh-CN", "viewport": size}


@pytest.fixture
def page(page, live_server, request):
    """A browser page that is watched for whatever no page of ours should do."""
    faults = []
    page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
    page.on("console", lambda message: faults.append(_text(message)) if message.type == "error" else None)
    page.on("request", lambda sent: faults.append(f"fetched {sent.url}") if _is_foreign(sent, live_server) else None)
    yield page
    page.screenshot(path=_artifact(request, "end"), full_page=True)
    expected = [*request.node.get_closest_marker("browser").kwargs.get("expected_errors", ()), *EXPECTED_ERRORS]
    assert [fault for fault in faults if not any(re.search(pattern, fault) for pattern in expected)] == []


@pytest.fixture
def snapshot(page, request):
    """Keep a picture of the page as it is now: `snapshot("case page")`."""

    def keep(name):
        page.screenshot(path=_artifact(request, name), full_page=True)

    return keep


@pytest.fixture
def log_in(page, live_server):
    """Enter as a user without going through the login form: `log_in(user)`."""

    def enter(user):
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return enter


@pytest.hookimpl(tryfirst=True)  # before tests are selected by their marks
def pytest_collection_modifyitems(items):
    """Whoever uses the browser is a journey, marked or not."""
    for item in items:
        if "page" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.browser)


def _text(message):
    return f"{message.text} {message.location.get('url', '')}"


def _is_foreign(sent, live_server):
    parts = urlsplit(sent.url)
    return parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != urlsplit(live_server.url).netloc


def _artifact(request, name):
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    words = re.sub(r"\W+", "-", f"{request.node.name}-{name}").strip("-")
    return str(ARTIFACTS / f"{words}.png")
