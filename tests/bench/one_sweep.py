"""One sweep in a process of its own, and the most memory it took: `python -m tests.bench.one_sweep MOMENT`."""

import os
import sys
from datetime import datetime

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.infrastructure.settings"

if __name__ == "__main__":
    django.setup()
    from complaints.services.sweep import sweep
    from tests.bench.measuring import most_memory

    swept = sweep(datetime.fromisoformat(sys.argv[1]))
    print(swept.deadlines, most_memory())  # noqa: T201
