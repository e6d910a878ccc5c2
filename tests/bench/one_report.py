"""One quarterly report built or printed by a process of its own: `python -m tests.bench.one_report build 2026Q2`.

Prints what it took: seconds, and the most memory in MiB; of printing also the bytes of the PDF.
"""

import os
import sys
import time
from datetime import UTC, datetime

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.infrastructure.settings"

if __name__ == "__main__":
    django.setup()
    from django.utils import translation

    from reporting.documents.quarterly.paper import as_pdf
    from reporting.models import Report
    from reporting.services import reports
    from tests.bench.measuring import most_memory

    what, quarter = sys.argv[1:]
    begin, size = time.perf_counter(), 0
    if what == "build":
        reports.build(quarter, by=None, now=datetime(2026, 11, 1, tzinfo=UTC))
    else:
        with translation.override("zh-hans"):
            size = len(as_pdf(Report.objects.get(quarter=quarter), "zh-hans"))
    print(time.perf_counter() - begin, most_memory(), size)  # noqa: T201
