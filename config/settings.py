"""Settings, from the environment alone; `.env.example` names every variable.

Two ways to run, one code (docs/adr/0001): without DATABASE_URL the portal is embedded (SQLite, folders as broker),
with PostgreSQL it is production and refuses to start without what production needs.
"""

from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from kombu import Exchange, Queue

from config.environment import BASE_DIR, env, required
from config.fault_reports import report_faults
from config.logs import logging_settings
from config.secret import stored_secret_key
from roadmaps.evidence.scanner import scanner_address

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
SPOOL_DIR = VAR_DIR / "spool"  # raw uploads, until they are read
BROKER_DIR = VAR_DIR / "broker"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default="") or VAR_DIR / "static")  # part of a container's image
for folder in (VAR_DIR, SPOOL_DIR, BROKER_DIR, STATIC_ROOT):
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)

# --- Database, cache, broker -------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", default="") or f"sqlite:///{VAR_DIR / 'db.sqlite3'}"
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
PRODUCTION = DATABASES["default"]["ENGINE"].endswith("postgresql")
if PRODUCTION:
    DATABASES["default"] |= {"CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60), "CONN_HEALTH_CHECKS": True}
    # A worker that froze, or whose machine is gone, must not keep rows from others for ever: the server ends its
    # transaction. Whoever waits for a row longer than people do is told that it is a temporary fault.
    patience = {
        "lock_timeout": "20s",
        "idle_in_transaction_session_timeout": "60s",
        "tcp_keepalives_idle": "30",
        "tcp_keepalives_interval": "10",
        "tcp_keepalives_count": "3",
    }
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
        "options", " ".join(f"-c {name}={value}" for name, value in patience.items())
    )
else:
    # Writers queue up instead of failing: a write transaction takes its lock at once and others wait for it.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
REDIS_PREFIX = env.str("REDIS_PREFIX", default="opora:")  # portals that share a Redis each have their own
CACHES = {
    "default": {
        "BACKEND": "config.shared_cache.SharedCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": REDIS_PREFIX,
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
}

# --- Security ----------------------------------------------------------------

SECRET_KEY = required("SECRET_KEY") if PRODUCTION else env.str("SECRET_KEY", default="") or stored_secret_key(VAR_DIR)
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = (
    [host.strip() for host in required("ALLOWED_HOSTS").split(",")]
    if PRODUCTION
    else env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# The embedded portal answers on plain HTTP on this computer; a production one stands behind TLS.
SECURE = env.bool("HTTPS", default=PRODUCTION)
# Whose word about the visitor's address is taken: limits of logging in count by it.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 12
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked from inside, past the proxy with TLS
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if SECURE else 0
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # the portal speaks for its own name, not its parent's
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Nothing from another host, no inline scripts or styles, no eval.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- The house ---------------------------------------------------------------

INSTALLED_APPS = [
    "accounts",
    "schools",
    "indicators",
    "roadmaps",
    "mentoring",
    "monitoring",
    "reports",
    "config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.logs.request_log",
    "config.proxies.visitors_address",
    "config.frame.kept_nowhere",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context_processors.frame",
            ]
        },
    }
]

# --- People ------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.InvitationOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is entered by the department when it invites
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Опора: "
ACCOUNT_RATE_LIMITS = {
    # By account, not by address: a whole department sits behind one.
    "login": "300/m/ip",
    "login_failed": "10/m/key,300/m/ip",
    "reset_password": "60/m/ip,5/m/key",
}
# Embedded, mail goes to the screen. In production it would lie in a log: names, and links that set a password.
EMAIL_CONFIG = env.email_url_config(required("EMAIL_URL") if PRODUCTION else env.str("EMAIL_URL", "consolemail://"))
if PRODUCTION and EMAIL_CONFIG["EMAIL_BACKEND"].endswith("console.EmailBackend"):
    raise ImproperlyConfigured("EMAIL_URL has to name a mail server, letters must not go to the log; see .env.example")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="opora@localhost")

EMAIL_TIMEOUT = 30  # seconds; a mail server that hangs must not hold up the worker
# The address that people know the portal by, for links in letters that no request has asked for.
NAMED_HOSTS = [host for host in ALLOWED_HOSTS if host.strip("*.") == host]
PORTAL_URL = (
    env.str("PORTAL_URL", default="")
    or (f"http{'s' * SECURE}://{NAMED_HOSTS[0]}" if PRODUCTION and NAMED_HOSTS else "http://127.0.0.1:8000")
).rstrip("/")

# --- Language, time, files ----------------------------------------------------

LANGUAGE_CODE = "ru"
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Moscow")
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "media"  # served by views that ask who is asking, never by address
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
FILE_UPLOAD_HANDLERS = ["config.spool_upload.SpoolUploadHandler"]
FILE_UPLOAD_TEMP_DIR = SPOOL_DIR  # a raw upload never lies outside the spool
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_NUMBER_FILES = 500
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=200 * 1024 * 1024)
KEEP_SOURCES_DAYS = env.int("KEEP_SOURCES_DAYS", default=3 * 366)  # cleaned sheets, to show where a number came from
SPOOL_HOURS = env.int("SPOOL_HOURS", default=72)  # an upload that nobody confirmed
EVIDENCE_MAX_BYTES = env.int("EVIDENCE_MAX_BYTES", default=20 * 1024 * 1024)
CLAMAV_ADDRESS = env.str("CLAMAV_ADDRESS", default="")  # evidence is scanned for viruses when it is set
if CLAMAV_ADDRESS:
    try:
        scanner_address(CLAMAV_ADDRESS)
    except ValueError as error:
        raise ImproperlyConfigured(f"CLAMAV_ADDRESS: {error}; see .env.example") from None

# --- Background work -----------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL or "filesystem://"
CELERY_BROKER_TRANSPORT = "config.redis_broker:Transport" if REDIS_URL else "config.folder_broker:Transport"
BROKER_ANSWER_SECONDS = 1.0  # a request that hands work over waits for a hanging Redis two or three times as long
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "visibility_timeout": 3600,
        "global_keyprefix": REDIS_PREFIX,
        "socket_timeout": BROKER_ANSWER_SECONDS,
        "socket_connect_timeout": BROKER_ANSWER_SECONDS,
        "socket_keepalive": True,
    }
    if REDIS_URL
    else {"folder": str(BROKER_DIR)}
)
CELERY_TASK_DEFAULT_QUEUE = "upkeep"  # short work that must never wait behind long work: sweeps
CELERY_TASK_QUEUES = [
    Queue(name, Exchange(name), routing_key=name) for name in ("imports", "recompute", "documents", "mail", "upkeep")
]
CELERY_TASK_CREATE_MISSING_QUEUES = False  # a worker told of a queue that does not exist refuses to start
CELERY_TASK_ROUTES = {
    "monitoring.read_*": "imports",
    "monitoring.store_*": "imports",
    "monitoring.recompute*": "recompute",
    "monitoring.check_*": "recompute",
    "monitoring.audit_*": "recompute",
    "reports.render_*": "documents",
    "*.mail_*": "mail",
}
ALIVE_FILE = env.str("ALIVE_FILE", default="")  # see config/alive.py
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)  # folders carry work, no conversation between workers
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker for ever instead of ending
CELERY_TASK_IGNORE_RESULT = True  # job rows are the truth
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 1800
CELERY_TASK_SOFT_TIME_LIMIT = 1500
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    # Sweeps that waited while no worker ran are dropped but for the last few.
    "sweep-jobs": {"task": "accounts.sweep_jobs", "schedule": 10.0, "options": {"expires": 60}},
    "sweep-spool": {"task": "monitoring.sweep_spool", "schedule": crontab(minute="*/10")},
    "sweep-files": {"task": "reports.sweep_files", "schedule": crontab(hour=4, minute=40)},
    "sweep-evidence": {"task": "roadmaps.sweep_evidence", "schedule": crontab(hour=4, minute=50)},
    # What waited while no worker ran is dropped but for the last: each run looks at everything.
    "mail-notices": {"task": "roadmaps.mail_notices", "schedule": crontab(minute="*/5"), "options": {"expires": 240}},
    # The new day begins at another hour in each time zone.
    "count-records": {"task": "monitoring.count_records", "schedule": crontab(minute=2), "options": {"expires": 3000}},
    "check-values": {"task": "monitoring.check_values", "schedule": crontab(hour=3, minute=10)},
}

# --- REST ----------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "config.pagination.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "COERCE_DECIMAL_TO_STRING": True,
    "PAGE_SIZE": 100,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Опора",
    "DESCRIPTION": "Школы, результаты и показатели муниципальных программ поддержки школ с низкими результатами.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "ActivityStatusEnum": "roadmaps.api.STATUS_CHOICES",
        "ProgrammeStatusEnum": "roadmaps.models.Programme.Status",
        "StateEnum": "roadmaps.models.Roadmap.State",
    },
}

# --- Seeing inside: what happened, never to whom -------------------------------------------

LOGGING = logging_settings(level=env.str("LOG_LEVEL", default="INFO"), as_json=env.bool("LOG_JSON", default=PRODUCTION))
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
SENTRY_DSN = env.str("SENTRY_DSN", default="")
SENTRY_ENVIRONMENT = env.str("SENTRY_ENVIRONMENT", default="production" if PRODUCTION else "embedded")
if SENTRY_DSN:
    report_faults(SENTRY_DSN, environment=SENTRY_ENVIRONMENT)
