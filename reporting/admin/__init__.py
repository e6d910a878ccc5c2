"""Pages of reporting, added to the site of complaints."""

from reporting.admin import additions

__all__ = ["additions"]
