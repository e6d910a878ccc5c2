"""Asking for a page, and reading all of what comes back."""

import io
import json
import re
import zipfile
from dataclasses import dataclass

from django.core import signals
from django.core.handlers.base import BaseHandler
from django.db import close_old_connections, connection, transaction
from django.test import Client, RequestFactory

WRITING = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')


@dataclass(frozen=True)
class Answer:
    """What came back, and which tables were written to."""

    status: int
    text: str
    written: set[str]


class Visit:
    """Pages for one person. Every request goes through the middleware; whatever it changed is taken back.

    The client of Django's tests would keep every template and every context of every page.
    """

    handler = BaseHandler()
    handler.load_middleware()

    def __init__(self, person=None):
        self.requests = RequestFactory(headers={"accept-language": "en"})
        if person is not None:
            client = Client()
            client.force_login(person)
            self.requests.cookies = client.cookies

    def ask(self, method, address, given=None):
        """The answer to a request."""
        request = getattr(self.requests, method.lower())(address, given or {})
        request._dont_enforce_csrf_checks = True  # as for the client of Django's tests
        written: set[str] = set()
        with transaction.atomic(), connection.execute_wrapper(_noting(written)):
            response = self.handler.get_response(request)
            text = _text(response)
            _close(response)
            transaction.set_rollback(True)
        return Answer(response.status_code, text, written)


def _noting(tables):
    """Note the tables that are written to."""

    def run(execute, statement, parameters, many, context):
        if found := WRITING.match(statement):
            tables.add(found[1])
        return execute(statement, parameters, many, context)

    return run


def _close(response):
    """Close its files, and not the connection to the database."""
    signals.request_finished.disconnect(close_old_connections)
    try:
        response.close()
    finally:
        signals.request_finished.connect(close_old_connections)


def _text(response):
    """Everything in the answer that can be read: headers, page, file, the sheets of a workbook."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    heads = " ".join(str(value) for value in response.headers.values())
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    if "json" in response.headers.get("Content-Type", ""):
        body = json.dumps(json.loads(body), ensure_ascii=False).encode()
    return f"{heads}\n{body.decode('utf-8', 'replace')}"
