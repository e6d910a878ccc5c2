"""Pages of reporting, added to the site of complaints."""

from reporting.admin import additions, commendation_notices, notice_texts, report_notices

__all__ = ["additions", "commendation_notices", "notice_texts", "report_notices"]
