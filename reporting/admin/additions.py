"""What this app adds to the site: its addresses, its entries in the menu, its parts of other pages."""

from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from complaints.admin.additions import PAGES, PARTS, Page
from complaints.admin.menu import NAVIGATION, Entry
from complaints.queries.access import may_enter
from reporting.admin.case_studies import (
    edit_case_study,
    propose_case_study,
    publish_case_study,
    take_up_case_study,
    withdraw_case_study,
)
from reporting.admin.case_study_part import case_study_part
from reporting.admin.commendations import commendation_page, commendations_file, commendations_page, propose_page
from reporting.admin.cost import cost_cases, cost_chart, cost_file, cost_page
from reporting.admin.cost_entries import entries_page, withdraw_entry
from reporting.admin.exposure_pages import exposures_page, withdraw_exposure
from reporting.admin.figures import cases_file, cases_page, definitions_page, figures_file, figures_page
from reporting.admin.frame import TABS
from reporting.admin.handling_reviews import handling_review_page, handling_reviews_page, score_page
from reporting.admin.hours import hours_page, hours_part, withdraw_hours
from reporting.admin.library import case_study_page, library_file, library_page
from reporting.admin.monitoring import monitoring_file, monitoring_page
from reporting.admin.pareto_page import pareto_chart, pareto_file, pareto_page
from reporting.admin.performance import (
    ask_for_performance,
    measure_chart,
    measure_page,
    performance_file,
    performance_page,
    unit_page,
)
from reporting.admin.policy_reviews import policy_review_page, policy_reviews_page
from reporting.admin.record_quality import faulty_records_page, record_quality_page
from reporting.admin.report_pages import (
    report_act,
    report_baseline,
    report_file,
    report_order,
    report_page,
    report_recompute,
    reports_page,
)
from reporting.admin.responsibility import responsibility_cases, responsibility_page
from reporting.admin.series_pages import series_chart, series_page
from reporting.admin.trend_files import series_file, trends_file
from reporting.admin.trend_pages import ask_for_trends, trends_page
from reporting.admin.warning_pages import warning_chart, warning_page, warnings_page
from reporting.permissions import may_monitor, may_open_performance, may_read_figures

# --- Addresses -------------------------------------------------------------------------------------------------------

#: Pages that are only read.
_READ: list[Page] = [
    ("record-quality/", record_quality_page, "record_quality"),
    ("record-quality/<slug:code>/", faulty_records_page, "faulty_records"),
    ("monitoring/", monitoring_page, "monitoring"),
    ("monitoring/file/", monitoring_file, "monitoring_file"),
    ("figures/", figures_page, "figures"),
    ("figures/cases/", cases_page, "figure_cases"),
    ("figures/file/", figures_file, "figures_file"),
    ("definitions/", definitions_page, "definitions"),
]
#: Responsibility.
_READ += [
    ("responsibility/", responsibility_page, "responsibility"),
    ("responsibility/cases/", responsibility_cases, "responsibility_cases"),
]
#: Trends and early warning.
_READ += [
    ("trends/", trends_page, "trends"),
    ("trends/file/", trends_file, "trends_file"),
    ("trends/series/", series_page, "trend_series"),
    ("trends/series/chart.svg", series_chart, "trend_chart"),
    ("trends/series/file/", series_file, "trend_series_file"),
    ("trends/pareto/", pareto_page, "pareto"),
    ("trends/pareto/chart.svg", pareto_chart, "pareto_chart"),
    ("trends/pareto/file/", pareto_file, "pareto_file"),
    ("warnings/", warnings_page, "warnings"),
    ("warnings/<int:pk>/chart.svg", warning_chart, "warning_chart"),
]
PAGES += [(address, require_safe(view), name) for address, view, name in _READ]
PAGES += [
    ("trends/ask/", ask_for_trends, "trends_ask"),
    ("trends/exposures/", exposures_page, "exposures"),
    ("trends/exposures/<int:pk>/withdraw/", withdraw_exposure, "exposure_withdraw"),
    ("warnings/<int:pk>/", warning_page, "warning"),
]
PAGES += [("figures/cases/file/", require_POST(cases_file), "figure_cases_file")]
#: Quarterly reports.
PAGES += [
    ("reports/", require_safe(reports_page), "reports"),
    ("reports/<int:pk>/", require_safe(report_page), "report"),
    ("reports/<int:pk>/file/", require_safe(report_file), "report_file"),
    ("reports/order/", report_order, "report_order"),
    ("reports/baseline/", report_baseline, "report_baseline"),
    ("reports/<int:pk>/recompute/", report_recompute, "report_recompute"),
    ("reports/<int:pk>/act/<slug:code>/", report_act, "report_act"),
]
#: Performance, and excellent handling.
PAGES += [
    ("performance/", require_safe(performance_page), "performance"),
    ("performance/unit/", require_safe(unit_page), "performance_unit"),
    ("performance/measure/", require_safe(measure_page), "performance_measure"),
    ("performance/measure/chart.svg", require_safe(measure_chart), "performance_chart"),
    ("performance/file/", require_safe(performance_file), "performance_file"),
    ("performance/ask/", ask_for_performance, "performance_ask"),
    ("performance/commendations/", require_safe(commendations_page), "commendations"),
    ("performance/commendations/file/", require_safe(commendations_file), "commendations_file"),
    ("performance/commendations/<int:pk>/", commendation_page, "commendation"),
    ("performance/commendations/propose/", propose_page, "commendation_propose"),
]
#: Pages with forms.
PAGES += [
    ("handling-reviews/", handling_reviews_page, "handling_reviews"),
    ("handling-reviews/<int:pk>/", handling_review_page, "handling_review"),
    ("handling-reviews/cases/<int:pk>/", score_page, "handling_score"),
    ("policy-reviews/", policy_reviews_page, "policy_reviews"),
    ("policy-reviews/<int:pk>/", policy_review_page, "policy_review"),
]

#: The case library.
PAGES += [
    ("library/", require_safe(library_page), "library"),
    ("library/file/", require_safe(library_file), "library_file"),
    ("library/<int:pk>/", require_safe(case_study_page), "case_study"),
    ("library/<int:pk>/edit/", edit_case_study, "case_study_edit"),
    ("library/<int:pk>/publish/", require_POST(publish_case_study), "case_study_publish"),
    ("library/<int:pk>/withdraw/", withdraw_case_study, "case_study_withdraw"),
    ("library/<int:pk>/take-up/", require_POST(take_up_case_study), "case_study_take_up"),
    ("library/propose/<int:pk>/", require_POST(propose_case_study), "case_study_propose"),
]
PARTS["case"].append(case_study_part)

#: Cost.
PAGES += [
    ("cost/", require_safe(cost_page), "cost"),
    ("cost/file/", require_safe(cost_file), "cost_file"),
    ("cost/chart.svg", require_safe(cost_chart), "cost_chart"),
    ("cost/cases/", require_safe(cost_cases), "cost_cases"),
    ("cost/entries/", entries_page, "cost_entries"),
    ("cost/entries/<slug:what>/<int:pk>/withdraw/", withdraw_entry, "cost_withdraw"),
    ("cost/hours/<int:pk>/", hours_page, "hours"),
    ("cost/hours/<int:pk>/withdraw/", withdraw_hours, "hours_withdraw"),
]
PARTS["case"].append(hours_part)

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
    # Whoever sees a part of them only, heads and handlers, begins with their own.
    Entry(
        pgettext_lazy("menu", "Figures and reports"),
        "admin:performance",
        "report",
        lambda _person, standing: may_open_performance(standing) and not may_read_figures(standing),
        pages=tuple(f"admin:{tab.name}" for tab in TABS),
    ),
    Entry(pgettext_lazy("menu", "Case library"), "admin:library", "library", may_enter),
]
#: Behind what people work with, before what is set up.
_PLACE = next(place for place, entry in enumerate(NAVIGATION) if entry.address == "admin:complaints_policy_changelist")
NAVIGATION[_PLACE:_PLACE] = _ENTRIES
