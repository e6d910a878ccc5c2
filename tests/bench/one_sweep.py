"""One sweep in a process of its own, and the most memory it took: `python -m tests.bench.one_sweep MOMENT`."""

import os
import resource
import sys
from datetime import datetime

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.infrastructure.settings"

if __name__ == "__main__":
    django.setup()
    from complaints.services.sweep import sweep

    swept = sweep(datetime.fromisoformat(sys.argv[1]))
    print(swept.deadlines, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)  # noqa: T201
