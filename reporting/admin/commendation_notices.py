"""What notices of commendations say, and where they lead. (DL-3, RP-4)"""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.admin.access import standing_for
from complaints.admin.desk.notices import LEADS
from complaints.models import Notice
from complaints.queries.notice_texts import OPENED, TEMPLATES, Template
from reporting.models import Commendation
from reporting.services.commendations import DECIDED, PROPOSED

KIND = PROPOSED.partition(".")[0]


def leads(request: HttpRequest, notice: Notice) -> str:
    """The page of the commendation, for who may see it."""
    key = notice.detail.get("commendation")
    seen = Commendation.objects.visible_to(standing_for(request))
    return reverse("admin:commendation", args=[key]) if seen.filter(pk=key).exists() else ""


TEMPLATES[PROPOSED] = Template(
    _("Somebody was proposed for excellent handling in %(number)s"),
    _("Please look at the facts, and approve the proposal or refuse it with a reason."),
)
TEMPLATES[DECIDED] = Template(
    _("Excellent handling in %(number)s: the proposal was decided"),
    _("The page says who was commended, for what, and by whom it was decided."),
)
OPENED.add(KIND)
LEADS[KIND] = leads
