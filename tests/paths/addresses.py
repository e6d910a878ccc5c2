"""Every address of the site, and how a real one is made from its pattern."""

import re

from django.contrib.contenttypes.models import ContentType
from django.urls import get_resolver

from complaints import models

#: Parts of the URLconf that are written as regular expressions.
FIXED = {r"(?P<url>.*)$": "no/such/page/", r"^(?P<app_label>complaints|accountability)/$": "complaints/"}
#: An act on each kind of subject.
ACTS = {
    "investigation": "set_plan",
    "evidence": "hand_over",
    "determination": "revise",
    "hearing": "extend",
    "objection": "dismiss_objection",
    "measure": "report_done",
    "discipline": "hear_person",
    "report": "review",
}
SLOT = re.compile(r"<(?:\w+:)?(\w+)>")


def patterns(resolver=None, prefix=""):
    """Pattern and name of every address of the URLconf."""
    for part in (resolver or get_resolver()).url_patterns:
        text = prefix + str(part.pattern)
        if hasattr(part, "url_patterns"):
            yield from patterns(part, text)
        else:
            yield text, part.name or ""


def path(pattern, name, values):
    """An address: the slots of the pattern filled with what the object offers, for that name or for all."""
    for text, address in FIXED.items():
        pattern = pattern.replace(text, address)
    return "/" + SLOT.sub(lambda slot: str(values.get(f"{name}.{slot[1]}", values.get(slot[1]))), pattern)


def values_of(scene, thing):
    """What fills the slots: a case by its name, a row by that of its model, or nothing in particular."""
    if thing in scene.cases:
        return _of_case(scene.cases[thing])
    if thing in scene.rows:
        return _of_row(scene.rows[thing])
    return {"uidb64": "MQ", "token": "set-password", "year": 2026, "faulty_records.code": "no_category"}


def _of_row(row):
    values = {"object_id": row.pk, "pk": row.pk, "version_id": row.pk, "person_id": row.pk}
    values["what"] = row._meta.model_name
    if hasattr(row, "history"):
        options = row._meta
        values[f"{options.app_label}_{options.model_name}_simple_history.version_id"] = _last_version(row)
    values |= {f"{kind}_act.code": code for kind, code in ACTS.items()}
    return values


def _first(model, case):
    return model.objects.filter(complaint=case).values_list("pk", flat=True).first() or 0


def _of_case(case):
    return {
        "object_id": case.pk,
        "pk": case.pk,
        "version_id": _last_version(case),
        "code": "take_note",
        "document_letter.code": "acknowledgement",
        "deadline": _first(models.Deadline, case),
        "material": _first(models.Material, case),
        "document_sheet.row": _first(models.ContactSheet, case),
        "document_handling.row": _first(models.Plan, case),
        "document_opinion.row": _first(models.Finding, case),
        "content_type_id": ContentType.objects.get_for_model(case).pk,
    }


def _last_version(row):
    return row.history.order_by("-history_id").values_list("history_id", flat=True).first() or 0
