"""What belongs to a complaint, and is therefore kept as long as a legal hold stands. (AC-2)

Found by following foreign keys, so that a new model, also one of an app above, cannot be forgotten.
"""

from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

#: Models whose rows an act puts in place of one another (a classification, what is being drafted), as "app.Model". Each
#: row that went is in the history, which nobody can delete from; what is no draft any more has triggers of its own.
DRAFTED: set[str] = {"complaints.FurtherCategory"}


@cache
def routes() -> dict[type[models.Model], tuple[models.ForeignKey, ...]]:
    """Every model that belongs to a complaint, with the foreign keys by which it is nearest to it."""
    complaint = apps.get_model("complaints", "Complaint")
    found: dict[type[models.Model], tuple[models.ForeignKey, ...]] = {complaint: ()}
    waiting = [model for model in apps.get_models(include_auto_created=True) if model is not complaint]
    waiting = [model for model in waiting if not _is_history(model)]
    while True:
        nearer = {model: keys for model in waiting if (keys := _keys_into(model, found))}
        if not nearer:
            return found
        found |= nearer
        waiting = [model for model in waiting if model not in nearer]


def _keys_into(model: type[models.Model], among: Any) -> tuple[models.ForeignKey, ...]:
    return tuple(
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model in among
    )


def _is_history(model: type[models.Model]) -> bool:
    """History tables refuse every deletion, held or not."""
    return hasattr(model, "instance_type")


def is_kept(record: models.Model) -> bool:
    """The record belongs to a complaint under a legal hold: it must not be deleted."""
    model = record.__class__
    if model not in routes() or model._meta.label in DRAFTED:
        return False
    held = models.Q()
    for lookup in _lookups(model):
        held |= models.Q(**{lookup: True})
    return model._default_manager.filter(held, pk=record.pk).exists()


def _lookups(model: type[models.Model]) -> list[str]:
    keys = routes()[model]
    if not keys:
        return ["is_held"]
    return [f"{key.name}__{rest}" for key in keys for rest in _lookups(_target(key))]


def held_in_sql(model: type[models.Model], row: str, depth: int = 0) -> str:
    """The same as a condition of SQL on `row`, a name of a row of the model's table."""
    keys = routes()[model]
    if not keys:
        return f"{row}.is_held"
    name = f"above{depth}"
    found = []
    for key in keys:
        target = _target(key)
        further = held_in_sql(target, name, depth + 1)
        found.append(
            f'EXISTS (SELECT 1 FROM "{target._meta.db_table}" {name} '  # noqa: S608 - names come from the models
            f'WHERE {name}."{target._meta.pk.column}" = {row}."{key.column}" AND ({further}))'
        )
    return " OR ".join(found)


def tables_above(model: type[models.Model]) -> set[str]:
    """The tables that `held_in_sql` reads."""
    targets = [_target(key) for key in routes()[model]]
    return {target._meta.db_table for target in targets}.union(*(tables_above(target) for target in targets))


def _target(key: models.ForeignKey) -> type[models.Model]:
    return key.related_model
