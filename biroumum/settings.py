"""Every setting comes from the environment (names in docs/operations.md); without one, the local default serves.

`DATA_DIR` (default `var/`) holds all state of a local installation. `local.env` in it, written by
`biroumum.local`, names the embedded PostgreSQL and Valkey, so commands work without a shell full of exports.
"""

from pathlib import Path
from urllib.parse import parse_qsl, unquote

import environ

from biroumum.accounts.settings import *  # noqa: F403 - how people sign in

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
env.read_env(str(DATA_DIR / "local.env"))

# -- mode: "local" is a machine of one's own with demo data, "production" is for the public
MODE = env("MODE", default="local")
PRODUCTION = MODE == "production"
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY") if PRODUCTION else env("SECRET_KEY", default="local-only-not-secret")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # what they signed still counts
# The first seals what nobody may read in the database; the others open what they sealed (biroumum.web.sealing).
SEAL_KEYS = env.list("SEAL_KEYS") if PRODUCTION else env.list("SEAL_KEYS", default=["local-only-not-secret"])
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PUBLIC_URL = env("PUBLIC_URL", default=f"http://127.0.0.1:{env('PORT', default='8000')}").rstrip("/")
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)  # how many proxies in front write X-Forwarded-For

# -- the province: emblem and letterhead are files, the rest is said here
PROVINCE = {
    "code": env("PROVINCE_CODE", default="33"),  # Kemendagri region code
    "name": env("PROVINCE_NAME", default="Jawa Tengah"),
    "office": env("PROVINCE_OFFICE", default="Sekretariat Daerah Provinsi Jawa Tengah"),
    "address": env("PROVINCE_ADDRESS", default="Jalan Contoh Nomor 1, Semarang"),
    "phone": env("PROVINCE_PHONE", default="(024) 000 0000"),
    "email": env("PROVINCE_EMAIL", default="biroumum@jateng.example"),
    "hours": env("PROVINCE_HOURS", default="Senin–Jumat 08.00–15.30"),
    "latitude": env.float("PROVINCE_LATITUDE", default=-6.993203),  # of the office, shown in open data
    "longitude": env.float("PROVINCE_LONGITUDE", default=110.420332),
    "inspectorate": env(
        "PROVINCE_INSPECTORATE", default="inspektorat"
    ),  # code of the unit that reads whistle-blowers
    "emblem": env("PROVINCE_EMBLEM", default=""),  # path of an SVG; empty: the neutral house emblem
}
DEMO = env.bool("DEMO", default=False)  # the plain "DEMO" banner; demo data are refused in production
DEMO_PASSWORD = env("DEMO_PASSWORD", default="")

INSTALLED_APPS = [
    "biroumum.portal",
    "complaints",
    "biroumum.privacy",
    "biroumum.reports",
    "biroumum.notifications",
    "biroumum.documents",
    "biroumum.workflow",
    "biroumum.audit",
    "biroumum.worktime",
    "biroumum.accounts",
    "biroumum.regions",
    "biroumum.web",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "django_celery_beat",
    "biroumum.portal.admin_site.ReferenceAdmin",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "biroumum.web.middleware.SecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "biroumum.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "biroumum.accounts.middleware.StaffSessionMiddleware",
    "biroumum.audit.middleware.ContextMiddleware",
]

ROOT_URLCONF = "biroumum.urls"
WSGI_APPLICATION = "biroumum.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "biroumum.web.context_processors.portal",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "biroumum.web.templatetags.web",
            ],
        },
    }
]
FORM_RENDERER = "biroumum.web.renderer.Renderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"  # with our own field and errors in templates/bootstrap5
CRISPY_TEMPLATE_PACK = "bootstrap5"

# -- outside services
DATABASES = {"default": env.db("DATABASE_URL", default="postgres://biro_app:biro_app@127.0.0.1:54329/biro")}
DATABASES["default"].update(
    {
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:63790/0")
# Lock-outs and short-lived figures live in PostgreSQL, so Valkey may be away without anyone noticing but the queue.
CACHES: dict[str, dict] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_cache",
        # Beyond, old ones go; with too few a flood would wash lock-outs away.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
EMAIL_CONFIG = env.email(
    "EMAIL_URL", default="smtp://localhost:25" if PRODUCTION else f"filemail:///{DATA_DIR}/mail"
)
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default=f"Biro Umum <{PROVINCE['email']}>")
MAIL_ATTEMPTS = env.int("MAIL_ATTEMPTS", default=12)  # with these waits: given up after about 12 hours
MAIL_BACKOFF_SECONDS = env.int("MAIL_BACKOFF_SECONDS", default=30)
MAIL_BACKOFF_LIMIT_SECONDS = env.int("MAIL_BACKOFF_LIMIT_SECONDS", default=4 * 3600)
# Longer than one sending can take: about a dozen waits for the server, each at most EMAIL_TIMEOUT.
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", default=16 * EMAIL_TIMEOUT)
MAIL_KEEP_DAYS = env.int("MAIL_KEEP_DAYS", default=30)  # words and files of sent mails; their ledger stays
MAIL_KEEP_ADDRESS_DAYS = env.int("MAIL_KEEP_ADDRESS_DAYS", default=365)  # to whom a sent mail went
# Of the challenge before sending: a phone tries half of them, about a second; 100 times more is for bad days.
WORK_NUMBERS = env.int("WORK_NUMBERS", default=1_000)
CLAMD_URL = env("CLAMD_URL", default="")  # tcp://host:port or unix:/path; empty: no scanner

# -- the log that anyone can check (docs/audit.md)
AUDIT_LOG_NAME = env("AUDIT_LOG_NAME", default="log")  # part of its address and of its keys' names
SEQUENCER_DATABASE_URL = env(
    "SEQUENCER_DATABASE_URL", default=""
)  # as biro_sequencer, for audit_sequencer alone
AUDITOR_DATABASE_URL = env("AUDITOR_DATABASE_URL", default="")  # as biro_auditor, for audit_verify alone
AUDIT_WITNESSES = env.list("AUDIT_WITNESSES", default=[])  # <verifier key>+<address>, …
AUDIT_KEYS = Path(env("AUDIT_KEYS", default=str(DATA_DIR / "keys")))
AUDIT_DIR = Path(
    env("AUDIT_DIR", default=str(DATA_DIR / "transparansi"))
)  # <log name>/checkpoint, <log name>/tile/…

MEDIA_ROOT = DATA_DIR / "media"
STORAGES: dict[str, dict] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if env("STORAGE_URL", default=""):  # s3://key:secret@host[:port]/bucket[?region=…&tls=0]
    _s3 = env.url("STORAGE_URL")
    _options = dict(parse_qsl(_s3.query))
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": unquote(_s3.username or ""),
            "secret_key": unquote(_s3.password or ""),  # half of all secrets hold a slash or plus
            "bucket_name": _s3.path.strip("/"),
            "region_name": _options.get("region"),
            "endpoint_url": f"http{'' if _options.get('tls') == '0' else 's'}://{_s3.netloc.rpartition('@')[2]}",
            "default_acl": "private",
            "file_overwrite": False,
        },
    }

# -- languages and time
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "biroumum.web.formats"
TIME_ZONE = env("PROVINCE_TIME_ZONE", default="Asia/Jakarta")  # WIB; Asia/Makassar is WITA, Asia/Jayapura WIT
USE_TZ = True
USE_I18N = True

# -- static files
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]

# -- people, beside what stands in accounts/settings.py
STAFF_IDLE_MINUTES = env.int("STAFF_IDLE_MINUTES", default=30)
SOCIALACCOUNT_PROVIDERS: dict[str, dict] = {}
if env("OIDC_SERVER_URL", default=""):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "sso",
                "name": env("OIDC_NAME", default="SSO"),
                "client_id": env("OIDC_CLIENT_ID"),
                "secret": env("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": env("OIDC_SERVER_URL")},
            }
        ]
    }

# -- background work
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_EXPIRES = None  # no results, so beat needs no task that clears them
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "max_retries": 0,  # a page that finds no queue says so at once; it would try for six seconds otherwise
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = TIME_ZONE

# -- the wire
CSRF_FAILURE_VIEW = "biroumum.web.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "biroumum.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 100  # from the sixth on only the name is kept, to refuse it by
FILE_UPLOAD_HANDLERS = ["biroumum.documents.uploads.CappedUploadHandler"]
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "biroumum.web.logs.Formatter", "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
SILENCED_SYSTEM_CHECKS = ["account.W001"]
