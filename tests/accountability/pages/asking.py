"""Reading pages of accountability, and sending their forms as a browser would."""

import re
from html import unescape

from django.urls import reverse

from tests.accountability.inquiry_world import kind_of

TAG = re.compile(r"<[^>]+>")


def shown(answer):
    """The words of a page, in one line."""
    return " ".join(unescape(TAG.sub(" ", answer.content.decode())).split())


def acts_offered(answer):
    """Acts that the page has a link for."""
    return set(re.findall(r"/act/(\w+)/", answer.content.decode()))


def form_page(client, person, subject, code):
    """The form of an act, opened by a person."""
    client.force_login(person)
    return client.get(address(subject, code))


def address(subject, code):
    """Where the form of an act is."""
    return reverse(f"admin:{kind_of(subject)}_act", args=[subject.pk, code])


def send(client, by, subject, code, /, **given):
    """Open the form of an act and send it with what is given."""
    opened = form_page(client, by, subject, code)
    form = opened.context["form"]
    hidden = {name: form.initial[name] for name in ("seen_version", "seen_event")}
    return client.post(address(subject, code), {**hidden, **given})
