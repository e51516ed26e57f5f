"""The three packages and our log on a database of their own; nothing else of the portal."""

import environ

env = environ.Env()
SECRET_KEY = "bench"  # noqa: S105
DATABASES = {"default": env.db("DATABASE_URL")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "pgtrigger",
    "pghistory",
    "simple_history",
    "auditlog",
    "bench.rivals",
]
