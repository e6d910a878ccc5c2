"""Which facts somebody may look behind: those of the complaints they may see. (AU-4, RP-5)"""

from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.db import models


class FactQuerySet(models.QuerySet):
    """Facts, narrowed to what somebody may see."""

    def visible_to(self, user: Any, now: datetime | None = None) -> Self:
        """The facts of complaints that `user` may read at `now`: the list behind a figure starts here."""
        complaint = apps.get_model("complaints", "Complaint")
        return self.filter(complaint__in=complaint.objects.visible_to(user, now).order_by())
