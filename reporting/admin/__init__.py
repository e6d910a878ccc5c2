"""Pages of reporting, added to the site of complaints."""

from reporting.admin import additions, notice_texts

__all__ = ["additions", "notice_texts"]
