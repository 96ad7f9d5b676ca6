"""Settings of the portal: one file, read from the environment, in the order of Django's docs.

Where DATABASE_URL is unset, the values that `make run` noted for its embedded servers fill the gaps
(`blk_portal.runtime.state`), so that every command of `manage.py` reaches the same database.
"""

import os
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.contrib.messages import constants as message_levels
from django.utils.translation import gettext_lazy as _

from blk_portal.rest.changelog import CHANGES
from blk_portal.runtime.journal import JournalFormatter
from blk_portal.runtime.state import local_environment

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
for name, value in local_environment().items():
    # An empty variable is an unset one.
    os.environ[name] = os.environ.get(name) or value

# Core

DEBUG = False
# Not by `env`, which takes a value that begins with $ for the name of another variable.
SECRET_KEY = os.environ.get("SECRET_KEY", "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
ROOT_URLCONF = "blk_portal.urls"
WSGI_APPLICATION = "blk_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# True where the data are synthetic: every page says so, and `demo_logins` answers.
DEMO_MODE = env.bool("DEMO_MODE", default=False)

INSTALLED_APPS = [
    "blk_portal.progress",
    "trainings",
    "incubators",
    "blk_portal.reporting",
    "institutions",
    "blk_portal.privacy",
    "blk_portal.accounts",
    "blk_portal.runtime",
    "oauth2_provider",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "csp",
    "blk_portal.accounts.admin_site.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "blk_portal.runtime.frames.RoomMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # It counts what goes out, so it stands outside of what compresses.
    "blk_portal.accounts.middleware.ClientRequestMiddleware",
    "blk_portal.progress.middleware.CompressMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "blk_portal.progress.languages.LanguageMiddleware",
    "blk_portal.progress.middleware.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "trainings.drafts.KeepTypingMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "blk_portal.accounts.middleware.StaffSecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "blk_portal.progress.middleware.RefusalMiddleware",
]

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
                "blk_portal.progress.navigation.navigation",
                "blk_portal.progress.languages.switch",
            ],
            "builtins": [
                "blk_portal.progress.templatetags.choices",
                "blk_portal.progress.templatetags.portal",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database: limits as measured in the design; a command of manage.py runs without a statement limit.

DATABASES = {
    "default": {
        **env.db("DATABASE_URL", default="postgresql://postgres@/portal?host=/nonexistent"),
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
    }
}
STATEMENT_TIMEOUT = env("STATEMENT_TIMEOUT", default="0")
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    f"-c statement_timeout={STATEMENT_TIMEOUT} -c lock_timeout=3s"
    " -c idle_in_transaction_session_timeout=30s"
    # Pages ask for a few rows by an index; a plan for all processors reads a table of millions.
    " -c max_parallel_workers_per_gather=0"
    # Compiling a statement takes longer than nearly all of ours run; Debian's PostgreSQL does it.
    " -c jit=off"
)

# Cache: its own address, and it fails open: with the cache down a login must still work.

CACHE_URL = env("CACHE_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "blk_portal.runtime.cache.FailOpenRedisCache",
        "LOCATION": CACHE_URL,
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
        "KEY_PREFIX": "blk",
    }
    if CACHE_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Parts of pages that are kept once they are written, by each process for itself.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "parts-of-pages",
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# Authentication

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["blk_portal.accounts.backends.RoleBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "progress:home"
LOGOUT_REDIRECT_URL = "progress:public"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "blk_portal.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
# Guessing is stopped for the account that is guessed at. The limits of an address are wide: a whole
# institution, or all phones of a network in a regency, may stand behind one.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "100/m/ip,5/300s/key",
    "reset_password": "100/m/ip,5/m/key",
    "reset_password_from_key": "100/m/ip",
    "check_certificate": "100/m/ip",
    # A partner's system asks once an hour; who guesses its secret is stopped for that client.
    "client_token": "300/m/ip,30/m/key",
}
ACCOUNT_USER_DISPLAY = "blk_portal.accounts.models.display_name"

# Second factor: a code of the phone and codes on paper. True: staff must have one.

REQUIRE_STAFF_MFA = env.bool("REQUIRE_STAFF_MFA", default=False)
MFA_ADAPTER = "blk_portal.privacy.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "BLK Komunitas"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "blk_portal.accounts.second_factor.LoginCodeForm",
    "reauthenticate": "blk_portal.accounts.second_factor.ConfirmCodeForm",
    "activate_totp": "blk_portal.accounts.second_factor.SetUpForm",
}

# Privacy: keys "version:base64", newest first, comma-separated. See docs/operations.md.

NIK_ENCRYPTION_KEYS = env.list("NIK_ENCRYPTION_KEYS", default=[])
NIK_INDEX_KEYS = env.list("NIK_INDEX_KEYS", default=[])

# Security

SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_TLS_PROXY", default=False) else None
)
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("BEHIND_TLS_PROXY", default=False) else 0
HTTPS = env.bool("HTTPS", default=env.bool("BEHIND_TLS_PROXY", default=False))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CSRF_FAILURE_VIEW = "blk_portal.progress.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
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

# Uploads: a paper is at most 10 MB, a roster 5 MB; the rest of a request is small.

REQUEST_MAX_BYTES = 11 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
# A full roster of 5,000 rows may come back with several fields a row.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 60_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024

# Language, time and numbers: Indonesian first; numbers are written by our own filters.

LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
# The choice of the switch is kept in a cookie of the browser, not in the account.
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
# `wording` holds our words for sentences of Django and allauth themselves.
LOCALE_PATHS = [BASE_DIR / "blk_portal" / "locale", BASE_DIR / "blk_portal" / "wording"]
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = ["blk_portal.formats"]

# Static files

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "blk_portal" / "static"]
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))
# Papers of institutions lie here, outside of what any web server hands out.
DOCUMENTS_ROOT = env("DOCUMENTS_ROOT", default=str(BASE_DIR / "var" / "documents"))
# Another store, for example an S3-compatible one: its class, and its options as JSON.
DOCUMENTS_STORAGE = env("DOCUMENTS_STORAGE", default="django.core.files.storage.FileSystemStorage")
DOCUMENTS_STORAGE_OPTIONS = env.json("DOCUMENTS_STORAGE_OPTIONS", default={}) or {
    "location": DOCUMENTS_ROOT,
    "file_permissions_mode": 0o600,
    "directory_permissions_mode": 0o700,
}
# What the standing papers of one institution may take together.
DOCUMENTS_QUOTA_BYTES = env.int("DOCUMENTS_QUOTA_MB", default=200) * 1024 * 1024
STORAGES = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "documents": {
        "BACKEND": DOCUMENTS_STORAGE,
        "OPTIONS": DOCUMENTS_STORAGE_OPTIONS,
    },
}
WHITENOISE_USE_FINDERS = False

# Mail

EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="BLK Komunitas <noreply@localhost>")

# Where the portal is reached: mails are written by workers, which no request tells the address.

OWN_URL = f"http://localhost:{env('PORT', default='') or '8000'}"
PORTAL_URL = env("PORTAL_URL", default=next(iter(CSRF_TRUSTED_ORIGINS), OWN_URL)).rstrip("/")

# The ministry's own line, for those whose institution has no office, or who have no account yet.

MINISTRY_PHONE = env("MINISTRY_PHONE", default="0840 2022 0000" if DEMO_MODE else "")
MINISTRY_EMAIL = env("MINISTRY_EMAIL", default="binalavotas@contoh.invalid" if DEMO_MODE else "")

# How long participants are kept by name after their cohort has ended: accounts of state money are
# kept ten years, and the personal data act (UU 27/2022) asks for erasure when that time is over.

RETENTION_YEARS = env.int("RETENTION_YEARS", default=10)

# How long a system that keeps a copy may stay away before it must read everything anew.

CHANGES_KEPT_DAYS = env.int("CHANGES_KEPT_DAYS", default=90)

# Months from the PKB to the hand-over, after which staff are shown a building as standing still.

BUILDING_MONTHS = env.int("BUILDING_MONTHS", default=12)

# Hours of training (JP) that a day of a cohort holds at most, and a week at least, before the
# operator is asked whether dates and hours are right.

TRAINING_HOURS_A_DAY = env.int("TRAINING_HOURS_A_DAY", default=10)
TRAINING_HOURS_A_WEEK = env.int("TRAINING_HOURS_A_WEEK", default=4)

# Messages

MESSAGE_TAGS = {
    message_levels.SUCCESS: "ok",
    message_levels.WARNING: "warn",
    message_levels.ERROR: "bad",
    message_levels.INFO: "wait",
}

# Interface for other systems: read by partners' systems with a token, and by people with a session.

API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=600)
# How long it is kept which system asked for what kind of address, and how that ended.
CLIENT_LOG_DAYS = env.int("CLIENT_LOG_DAYS", default=90)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "blk_portal.accounts.tokens.PartnerToken",
        "blk_portal.rest.authentication.PortalSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["blk_portal.rest.throttling.PersonThrottle"],
    "DEFAULT_FILTER_BACKENDS": ["blk_portal.rest.parameters.FilterSetBackend"],
    "DEFAULT_PAGINATION_CLASS": "institutions.pagination.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "blk_portal.rest.schema.PortalSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "blk_portal.rest.problems.problem_response",
    "URL_FORMAT_OVERRIDE": None,
}
# Tokens of partners' systems (OAuth 2): client credentials only, by RFC 9700, an hour each.

OAUTH2_PROVIDER_APPLICATION_MODEL = "accounts.PartnerClient"
OAUTH2_PROVIDER = {
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "OAUTH2_VALIDATOR_CLASS": "blk_portal.accounts.tokens.ClientValidator",
    "SCOPES_BACKEND_CLASS": "blk_portal.accounts.scopes.PortalScopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "CLIENT_SECRET_GENERATOR_LENGTH": 64,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.1",
    "TITLE": _("BLK Komunitas: interface for other systems"),
    "VERSION": CHANGES[0].version,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "DESCRIPTION": _(
        "The register, the trainings, the incubators and the progress figures for other systems: "
        "read within your area and your scopes, who a participant is only where you may and ask "
        "for it with a purpose; and drafts of cohorts to write, which an operator looks over and "
        "sends."
    ),
    "POSTPROCESSING_HOOKS": [
        "blk_portal.rest.schema.without_inner_words",
        "blk_portal.rest.schema.with_plain_nulls",
        "blk_portal.rest.meanings.with_meanings",
        "blk_portal.rest.headers.with_headers",
        "blk_portal.rest.examples.with_examples",
    ],
    "SORT_OPERATIONS": False,
    "SERVE_INCLUDE_SCHEMA": False,
}

# Celery: a task may run twice, and twice at once; PostgreSQL rows say what is owed.

CELERY_BROKER_URL = env("REDIS_URL", default="redis://127.0.0.1:1/1")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 330,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    "max_retries": 0,
}
CELERY_VISIBILITY_TIMEOUT = 330
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": 330}
CELERY_REDIS_SOCKET_TIMEOUT = 2
CELERY_REDIS_SOCKET_CONNECT_TIMEOUT = 2
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_BEAT_SCHEDULE_FILENAME = env(
    "BEAT_SCHEDULE", default=str(BASE_DIR / "var" / "beat-schedule")
)

# Logging: JSON lines, never personal data: what errors quote is cut.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": JournalFormatter}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "blk_portal": {"level": env("LOG_LEVEL", default="INFO")},
        # Says at length what is wrong with an uploaded file; the person who sent it is told.
        "pypdf": {"level": "CRITICAL"},
    },
}
