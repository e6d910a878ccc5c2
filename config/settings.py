"""Settings. Everything that differs between machines is read from the environment.

README.md lists the variables. A file named .env beside manage.py (or the one that ENV_FILE
names) is read as well; what is set in the environment wins over it.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.keys import keys_from_environment, keys_from_file, new_keys

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))

# --- Kind of installation -----------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
# A demonstration runs like production, but makes its own keys and speaks plain http.
DEMO = env.bool("DEMO", default=False)
# Set while nothing is served: collecting static files, extracting messages, checking types.
IS_BUILD = env.bool("DJANGO_BUILD", default=False)

# Everything the running system writes: embedded database, attachments, mail, messages.
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

# --- Keys ---------------------------------------------------------------------------------

_keys = keys_from_environment(env)
if _keys is None and IS_BUILD:
    _keys = new_keys()
if _keys is None and (DEBUG or DEMO):
    _keys = keys_from_file(DATA_DIR / "keys.json")
if _keys is None:
    _message = (
        "SECRET_KEY, FIELD_KEYS and LOOKUP_KEY are not set. `python -m config.keys` prints new ones for the "
        "environment or the file .env; keep a copy, encrypted data cannot be read without them. "
        "For a demonstration or development set DEMO=true or DEBUG=true: keys are then made by themselves."
    )
    raise ImproperlyConfigured(_message)

SECRET_KEY = _keys.secret_key
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
FIELD_KEYS = _keys.field_keys
LOOKUP_KEY = _keys.lookup_key

# --- Applications -------------------------------------------------------------------------

INSTALLED_APPS = [
    # Ours come first: their templates and commands win over those of the libraries.
    "complaints",
    "accountability",
    "reporting",
    "config.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "simple_history",
    "import_export",
    "csp",
    "axes",
]

MIDDLEWARE = [
    "config.proxy.TrustedProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Below authentication, unlike Django's own: the language a user saved comes first.
    "complaints.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Databases ----------------------------------------------------------------------------

SQLITE_OPTIONS = {
    # Write locks are taken when a transaction begins. A transaction that reads first and
    # writes later would otherwise fail at once, without waiting, when another wrote between.
    "transaction_mode": "IMMEDIATE",
    # As long as the longest transaction, a bulk intake of tens of thousands of rows.
    "timeout": 60,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}


def database(url: str) -> dict[str, Any]:
    """Turn an address such as postgres://user:password@host/name into Django's settings."""
    settings: dict[str, Any] = env.db_url_config(url)
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        settings["OPTIONS"] = SQLITE_OPTIONS
    else:
        # Who may see what makes statements long and their costs hard to guess. PostgreSQL then compiles them,
        # which takes it several times as long as the answer.
        settings["OPTIONS"] = {"options": "-c jit=off", **settings.get("OPTIONS", {})}
        settings["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
        settings["CONN_HEALTH_CHECKS"] = True
    return settings


DATABASES = {"default": database(env.str("DATABASE_URL", default="") or f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}

# Reports may read from a replica. Code that reports names the alias, whichever it is.
REPORTING_DATABASE = "default"
if env.str("REPORTING_DATABASE_URL", default=""):
    REPORTING_DATABASE = "reporting"
    DATABASES["reporting"] = database(env.str("REPORTING_DATABASE_URL")) | {"TEST": {"MIRROR": "default"}}

REDIS_URL = env.str("REDIS_URL", default="")

if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "cache",
        }
    }

# --- Tasks --------------------------------------------------------------------------------

CELERY_TIMEZONE = TIME_ZONE = env.str("BUSINESS_TIME_ZONE", default="Asia/Shanghai")
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

# A task is acknowledged when it is done, so one that dies with its worker is given to another.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 25 * 60
CELERY_TASK_TIME_LIMIT = 27 * 60

# Reports and imports take minutes; deadlines must not wait behind them.
CELERY_TASK_DEFAULT_QUEUE = "deadlines"
CELERY_TASK_ROUTES = {
    "reporting.tasks.*": {"queue": "reports"},
    "complaints.tasks.run_imports": {"queue": "reports"},
    "accountability.tasks.check_evidence": {"queue": "reports"},
}

if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        # Longer than any task may take, or a task still at work would be given out again.
        "visibility_timeout": 30 * 60,
        # Look for messages of dead workers every 5 seconds, not every 100.
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    }
else:
    CELERY_BROKER_URL = "filesystem://localhost"
    _messages, _control = DATA_DIR / "broker" / "messages", DATA_DIR / "broker" / "control"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_messages),
        "data_folder_out": str(_messages),
        "control_folder": str(_control),
        "polling_interval": 0.2,
    }
    for _folder in (_messages, _control):  # the transport expects to find them
        _folder.mkdir(parents=True, exist_ok=True)


def _every(period: timedelta, task: str) -> dict[str, Any]:
    """Schedule a task; a message that waited a whole period is dropped, the next one does its work."""
    return {"task": task, "schedule": period, "options": {"expires": period.total_seconds()}}


CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep deadlines": _every(timedelta(minutes=1), "complaints.tasks.sweep_deadlines"),
    "follow calendars": _every(timedelta(minutes=5), "complaints.tasks.follow_calendars"),
    "send notices": _every(timedelta(seconds=20), "complaints.tasks.send_notices"),
    "run imports": _every(timedelta(seconds=5), "complaints.tasks.run_imports"),
    "watch deadlines": _every(timedelta(hours=1), "complaints.tasks.watch_deadlines"),
    "check calendars": _every(timedelta(days=1), "complaints.tasks.check_calendars"),
    "close hearings": _every(timedelta(minutes=5), "accountability.tasks.close_hearings"),
    "watch measures": _every(timedelta(minutes=15), "accountability.tasks.watch_measures"),
    "refresh facts": _every(timedelta(minutes=1), "reporting.tasks.refresh_facts"),
    # Every hour, so that a night that was missed is made up for in the morning.
    "scan for clusters": _every(timedelta(hours=1), "reporting.tasks.scan_for_clusters"),
    "examine the quarter": _every(timedelta(hours=1), "reporting.tasks.examine_quarter"),
    "make examinations": _every(timedelta(seconds=10), "reporting.tasks.make_examinations"),
    # A quarter that ended is seen to within the hour, and only once.
    "build quarterly report": _every(timedelta(hours=1), "reporting.tasks.build_quarterly_report"),
    "do ordered reports": _every(timedelta(seconds=10), "reporting.tasks.do_ordered_reports"),
    "forget uploads": _every(timedelta(days=1), "complaints.tasks.forget_uploads"),
    # Every hour of the night: a run goes on where the one before had to stop.
    "check evidence": _every(timedelta(hours=1), "accountability.tasks.check_evidence")
    | {"schedule": crontab(hour="1-5", minute="30")},
}

# --- Language and time --------------------------------------------------------------------

USE_TZ = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文"), ("zh-hant", "繁體中文")]
FORMAT_MODULE_PATH = ["config.formats"]

# --- Accounts -----------------------------------------------------------------------------

AUTH_USER_MODEL = "complaints.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 3600

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
# Both together: a stranger cannot lock a colleague out, nor one office address everybody.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "locked_out.html"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # failed logins are a record: nobody edits or deletes them on a page

# --- Transport and browser ----------------------------------------------------------------

HTTPS = env.bool("HTTPS", default=not (DEBUG or DEMO))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG or DEMO else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS for subdomains: this site cannot speak for its neighbours
    "security.W021",  # HSTS preload: neither can it enter the whole domain into browsers' lists
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # form fields; files are counted by their own rule
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 50

# --- Files --------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
# Attachments have no address of their own: a view serves them to those who may see the case.
MEDIA_ROOT = DATA_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o640

STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
    # Files between the preview of an import and its confirmation.
    "import_export": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "imports"},
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# --- Libraries ----------------------------------------------------------------------------

# The column is fixed by the first migration: reasons are longer than 100 characters.
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_REVERT_DISABLED = True

# Without these two, every staff account may import and export every table.
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_TMP_STORAGE_CLASS = "import_export.tmp_storages.MediaStorage"

# --- Mail and log -------------------------------------------------------------------------

_email = env.email_url("EMAIL_URL", default=f"filemail:///{DATA_DIR / 'mail'}")
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _email.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="complaints@localhost")
#: Where people find the site: what links in mails begin with. Without it mails have no links.
SITE_URL = env.str("SITE_URL", default="").rstrip("/")
if SITE_URL and not SITE_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured("SITE_URL begins with https:// or http://, such as https://complaints.example.org.")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # Django would add handlers of its own and print each line twice.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # Four lines for each page of each PDF.
        "weasyprint.progress": {"level": "WARNING"},
    },
}
