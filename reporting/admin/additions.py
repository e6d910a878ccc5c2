"""What this app adds to the site: its addresses, its entries in the menu, its parts of other pages."""

from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from complaints.admin.additions import PAGES, Page
from complaints.admin.menu import NAVIGATION, Entry
from reporting.admin.figures import cases_page, definitions_page, figures_file, figures_page
from reporting.admin.frame import TABS
from reporting.admin.monitoring import monitoring_page
from reporting.permissions import may_monitor, may_read_figures

# --- Addresses -------------------------------------------------------------------------------------------------------

#: Pages that are only read.
_READ: list[Page] = [
    ("monitoring/", monitoring_page, "monitoring"),
    ("figures/", figures_page, "figures"),
    ("figures/cases/", cases_page, "figure_cases"),
    ("figures/file/", figures_file, "figures_file"),
    ("definitions/", definitions_page, "definitions"),
]
PAGES += [(address, require_safe(view), name) for address, view, name in _READ]

# --- Menu ------------------------------------------------------------------------------------------------------------

_ENTRIES = [
    Entry(
        pgettext_lazy("menu", "Monitoring"),
        "admin:monitoring",
        "clock",
        lambda _person, standing: may_monitor(standing),
    ),
    Entry(
        pgettext_lazy("menu", "Figures and reports"),
        "admin:figures",
        "report",
        lambda _person, standing: may_read_figures(standing),
        pages=tuple(f"admin:{tab.name}" for tab in TABS),
    ),
]
#: Behind what people work with, before what is set up.
_PLACE = next(place for place, entry in enumerate(NAVIGATION) if entry.address == "admin:complaints_policy_changelist")
NAVIGATION[_PLACE:_PLACE] = _ENTRIES
