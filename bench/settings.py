"""The portal's own settings, as in production, plus the table of the yardstick."""

from biroumum.settings import *  # noqa: F403
from biroumum.settings import INSTALLED_APPS

INSTALLED_APPS += ["bench"]
DEBUG = False
TRUSTED_PROXIES = 1  # so that each submission can come from an address of its own, as it would in life
# What `django-admin startproject` gives; the yardstick runs behind these alone.
BARE_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
