"""Pages of reporting, added to the site of complaints."""

from reporting.admin import additions, notice_texts, report_notices

__all__ = ["additions", "notice_texts", "report_notices"]
