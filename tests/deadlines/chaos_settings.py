"""Settings of processes that a test lets loose: the tests' own, with short periods and mails that can be counted."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.infrastructure.settings import *  # noqa: F403
from tests.infrastructure.settings import CELERY_BEAT_SCHEDULE, DATABASES

# By its name a test finds the process that holds a lock.
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    options: Any = DATABASES["default"].get("OPTIONS", {})
    DATABASES["default"]["OPTIONS"] = {**options, "application_name": os.environ["PROCESS_NAME"]}

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = Path(os.environ["MAIL_FOLDER"])

PERIOD = timedelta(milliseconds=300)
CELERY_BEAT_SCHEDULE = {
    name: CELERY_BEAT_SCHEDULE[name] | {"schedule": PERIOD, "options": {"expires": 60}}
    for name in ("sweep deadlines", "send notices")
}
CELERY_BEAT_SCHEDULE_FILENAME = f"{os.environ['MAIL_FOLDER']}/../schedule-{os.environ['PROCESS_NAME']}"
CELERY_BEAT_MAX_LOOP_INTERVAL = 0.3
