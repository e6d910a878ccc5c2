"""Communications, materials, notes, the emergency plan, contact data. (IN-6, CL-6, WF-12, WF-15, AU-5)"""

from django.utils.translation import gettext as _

from complaints.models import Communication, Note
from complaints.services import materials
from complaints.services.doing import Doing, effect
from complaints.states import Direction


@effect("log_communication")
def log_communication(doing: Doing) -> None:
    """One contact with the complainant."""
    given = doing.given
    happened_at = given.get("happened_at") or doing.now
    if happened_at > doing.now:
        doing.refuse(_("The communication lies in the future."))
    doing.make(
        Communication,
        direction=given["direction"],
        medium=given["medium"],
        happened_at=happened_at,
        reached=given["direction"] == Direction.INCOMING or bool(given.get("reached")),
        carries_decision=bool(given.get("carries_decision")),
        act=doing.act.code,
        content=given["content"],
    )
    # Only what reached the complainant from us is a response; nothing else moves a clock.
    doing.moves_clocks = given["direction"] == Direction.OUTGOING and bool(given.get("reached"))
    doing.detail["direction"] = given["direction"]
    doing.detail["reached"] = given["direction"] == Direction.INCOMING or bool(given.get("reached"))


@effect("attach_material")
def attach_material(doing: Doing) -> None:
    """Keep a file with its digest; never replaced."""
    material = materials.keep(
        doing.complaint,
        doing.given["file"],
        title=doing.given["title"],
        is_original=bool(doing.given.get("original")),
        by=doing.by,
        now=doing.now,
    )
    doing.detail["material"] = material.pk
    doing.detail["sha256"] = material.sha256


@effect("take_note")
def take_note(doing: Doing) -> None:
    """A record beside the main line."""
    doing.make(Note, kind=doing.given["note_kind"], content=doing.given["content"])
    doing.case.__dict__.pop("notes", None)
    doing.detail["kind"] = doing.given["note_kind"]


@effect("tick_emergency_item")
def tick_emergency_item(doing: Doing) -> None:
    """An item of the emergency plan is done."""
    wanted = int(doing.given["row"])
    item = next((item for item in doing.case.open_emergency_items if item.pk == wanted), None)
    if item is None:
        doing.refuse(_("This item is not open."))
        return
    item.done_at, item.done_by, item.remark = doing.now, doing.by, doing.reason
    doing.save(item)
    doing.case.__dict__.pop("open_emergency_items", None)
    doing.detail["item"] = item.code


@effect("reveal_contact")
def reveal_contact(doing: Doing) -> None:
    """Somebody looks at contact data in clear, for a reason: the event is the record of it (AU-5)."""
