"""Forms of inquiries: what is known when a form opens, and the editors of tables."""

from typing import Any

from django import forms

from accountability.admin.forms.assignments_field import assignments_field
from accountability.admin.forms.matrix_field import matrix_field
from complaints.acts import Ask, AskKind
from complaints.admin.forms.act_form import MAKERS
from complaints.models.standing import Standing

#: Tables by the name of what is asked.
TABLES = {"cells": matrix_field, "assignments": assignments_field}


def table_field(case: Any, ask: Ask, standing: Standing, common: dict[str, Any]) -> forms.Field:
    """The editor of the table that is asked for."""
    return TABLES[ask.name](case, ask, standing, common)


MAKERS[AskKind.TABLE] = table_field
