"""Pages of accountability, added to the site of complaints."""

from accountability.admin import additions, audit, notice_texts, registers

__all__ = ["additions", "audit", "notice_texts", "registers"]
