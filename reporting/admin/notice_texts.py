"""What notices of this app say, and where they lead: a notice names the warning, its page says the rest. (RP-7)"""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.admin.access import standing_for
from complaints.admin.desk.notices import LEADS
from complaints.models import Notice
from complaints.queries.notice_texts import OPENED, TEMPLATES, Template
from reporting.models import RiskWarning
from reporting.services.cluster_scan import KIND

PREFIX = KIND.partition(".")[0]


def leads(request: HttpRequest, notice: Notice) -> str:
    """The page of the warning, if the person may see it."""
    seen = RiskWarning.objects.visible_to(standing_for(request))
    key = seen.filter(number=notice.detail.get("number", "")).values_list("pk", flat=True).first()
    return reverse("admin:warning", args=[key]) if key is not None else ""


TEMPLATES[KIND] = Template(
    _("Early warning %(number)s: a sudden cluster of %(count)s complaints"),
    _("Please look at the cases, and take note of the warning, explain it, or turn it into a measure."),
)
OPENED.add(PREFIX)
LEADS[PREFIX] = leads
