"""All rows of cases and their histories, with keys replaced by what they point to, so that two runs can be compared."""

from collections import defaultdict

from django.db import models
from simple_history.utils import get_history_manager_for_model

from complaints.demo.tables import CASE_MODELS


def snapshot():
    """For each model the rows as dictionaries, and the history rows, in the order in which they were made."""
    names = {}
    for model in CASE_MODELS:
        for place, key in enumerate(model._default_manager.order_by("pk").values_list("pk", flat=True)):
            names[model, key] = f"{model.__name__}#{place}"
    by_name = {(model.__name__, key): name for (model, key), name in names.items()}
    found = defaultdict(list)
    for model in CASE_MODELS:
        for row in model._default_manager.order_by("pk"):
            found[model.__name__].append(_plain(row, model, names, by_name))
        if hasattr(model._meta, "simple_history_manager_attribute"):
            historical = get_history_manager_for_model(model).model
            for row in historical.objects.order_by("history_date", "history_id"):
                found[f"{model.__name__} history"].append(_plain(row, model, names, by_name))
    return dict(found)


def _plain(row, model, names, by_name):
    values = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.attname == "history_id":
            continue
        if field.attname == "id":
            value = names.get((model, value), "gone")
        elif isinstance(field, models.ForeignKey) and value is not None:
            value = names.get((field.related_model, value), value)
        elif field.attname == "key":
            value = _key(value, by_name)
        elif field.attname == "detail":
            value = _detail(value, by_name)
        values[field.attname] = value
    return values


def _key(text, by_name):
    kind, *parts = text.split(":", 2)
    pointed = {"event": "ComplaintEvent", "escalation": "Escalation", "step": "Deadline"}.get(kind, "Complaint")
    return ":".join([kind, by_name.get((pointed, int(parts[0])), parts[0]), *parts[1:]])


def _detail(detail, by_name):
    pointed = {"escalation": "Escalation", "joined": "Escalation", "deadline": "Deadline", "handover": "Handover"}
    return {
        name: by_name.get((pointed[name], value), value) if name in pointed else value for name, value in detail.items()
    }
