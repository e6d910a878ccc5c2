"""Which facts and warnings somebody may see: those of the complaints, or of the departments, that are theirs. (AU-4)"""

from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from complaints.models.standing import Standing, standing_of
from complaints.models.visibility import below
from complaints.states import Role
from reporting.permissions import may_read_figures


class FactQuerySet(models.QuerySet):
    """Facts, narrowed to what somebody may see."""

    def visible_to(self, user: Any, now: datetime | None = None) -> Self:
        """The facts of complaints that `user` may read at `now`: the list behind a figure starts here."""
        complaint = apps.get_model("complaints", "Complaint")
        return self.filter(complaint__in=complaint.objects.visible_to(user, now).order_by())


class RiskWarningQuerySet(models.QuerySet):
    """Warnings, narrowed to what somebody may see."""

    def visible_to(self, user: Any, now: datetime | None = None) -> Self:
        """All for who reads the figures of the organisation; for heads those of their departments and below (RP-7)."""
        standing = user if isinstance(user, Standing) else standing_of(user, now)
        if may_read_figures(standing):
            return self.all()
        paths = standing.paths(Role.HEAD)
        return self.filter(below("department", paths)) if paths else self.none()


class CommendationQuerySet(models.QuerySet):
    """Commendations, narrowed to what somebody may see."""

    def visible_to(self, user: Any, now: datetime | None = None) -> Self:
        """All for who reads the figures of the organisation. Of those approved: a person the own, heads theirs (RP-4).

        A head's are those of handlers who have handled cases of the departments headed, or below.
        """
        standing = user if isinstance(user, Standing) else standing_of(user, now)
        if may_read_figures(standing):
            return self.all()
        if not standing.user_id:
            return self.none()
        seen = Q(person=standing.user_id)
        if paths := standing.paths(Role.HEAD):
            facts = apps.get_model("reporting", "CaseFact").objects.filter(handler=OuterRef("person"))
            seen |= Q(Exists(facts.filter(below("owner_department", paths))))
        return self.filter(seen, state="approved")
