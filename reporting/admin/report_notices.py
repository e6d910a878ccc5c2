"""What notices of reports say, and where they lead. (DL-3, RP-1)"""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.admin.access import standing_for
from complaints.admin.desk.notices import LEADS
from complaints.models import Notice
from complaints.queries.notice_texts import OPENED, TEMPLATES, Template
from reporting.models import Report
from reporting.permissions import may_read_reports
from reporting.services.reports import BUILT

KIND = BUILT.partition(".")[0]


def leads(request: HttpRequest, notice: Notice) -> str:
    """The page of the report, for who may read it."""
    key = notice.detail.get("report")
    if not may_read_reports(standing_for(request)) or not Report.objects.filter(pk=key).exists():
        return ""
    return reverse("admin:report", args=[key])


TEMPLATES[BUILT] = Template(
    _("The draft of the quarterly report %(number)s is built"),
    _("Please look at it and have it reviewed; it is signed off by an executive and then published."),
)
OPENED.add(KIND)
LEADS[KIND] = leads
