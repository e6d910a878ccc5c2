"""Pages of accountability, added to the site of complaints."""

from accountability.admin import additions, notice_texts, registers

__all__ = ["additions", "notice_texts", "registers"]
