"""Which files of evidence somebody may open. (AU-4, AC-2, AC-8)"""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accountability.models import Citation, Determination, EvidenceFile, EvidenceItem, Hearing, Objection, Party
from complaints.models.standing import Standing, standing_of
from complaints.models.visibility import own_departments


def items_open_to(user: Any, now: datetime | None = None) -> QuerySet[EvidenceItem]:
    """Evidence whose files `user` (or somebody of that standing) may open at `now`.

    What they see in the register; what the part of a determination that they are heard on cites, unless it is
    restricted; and all that a determination cites if they decide the objection to it, as long as they are no party.
    """
    standing = user if isinstance(user, Standing) else standing_of(user, now)
    if not standing.user_id:
        return EvidenceItem.objects.none()
    seen = EvidenceItem.objects.visible_to(standing, now)
    return EvidenceItem.objects.filter(
        Q(pk__in=seen.values("pk"))
        | (Q(is_restricted=False) & Q(Exists(_heard_on(standing, now))))
        | (Q(Exists(_to_decide_on(standing))) & ~Q(Exists(_parties(standing))))
    )


def files_open_to(user: Any, now: datetime | None = None) -> QuerySet[EvidenceFile]:
    """The files of that evidence."""
    return EvidenceFile.objects.filter(item__in=items_open_to(user, now))


def may_read_kept(version: Determination, standing: Standing, now: datetime) -> bool:
    """Something was kept of the version, and `standing` may see every piece of evidence that is named in it."""
    named = {piece["number"] for row in version.content.get("assignments", ()) for piece in row["evidence"]}
    named |= {piece["number"] for piece in version.content.get("circumstances", {}).get("evidence", ())}
    return bool(version.sha256) and items_open_to(standing, now).filter(number__in=named).count() == len(named)


def _heard_on(standing: Standing, now: datetime | None) -> QuerySet[Citation]:
    hearings = Hearing.objects.concerning(standing, now).filter(
        determination=OuterRef("assignment__determination"), party=OuterRef("assignment__charge__party")
    )
    return Citation.objects.filter(Exists(hearings), evidence=OuterRef("pk"))


def _to_decide_on(standing: Standing) -> QuerySet[Citation]:
    objections = Objection.objects.filter(
        superior__in=sorted(standing.people), hearing__determination=OuterRef("assignment__determination")
    )
    return Citation.objects.filter(Exists(objections), evidence=OuterRef("pk"))


def _parties(standing: Standing) -> QuerySet[Party]:
    of_department = Q(kind="department", department__in=own_departments(standing))
    rows = Party.objects.filter(Q(person__in=sorted(standing.people)) | of_department)
    return rows.filter(investigation=OuterRef("investigation"))
