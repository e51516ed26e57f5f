"""Which tables are captured and what each of their columns may tell.

A model says it beside its fields in an inner class `Audit`; models of others are classed here. `public` columns may be
shown in a history, `private` ones only as having changed, `secret` ones are not stored. `case` names whose history a
row belongs to: "self", a foreign key, or a text column that holds a subject key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db.models import FloatField, JSONField, Model

# Tables without business in them. Each stands here with its reason.
UNCAPTURED = {
    "sessions.session": "working state of a browser; logins and logouts are events",
    "usersessions.usersession": "a mirror of sessions; its ends are events",
    "contenttypes.contenttype": "written by migrations from code",
    "auth.permission": "written by migrations from code; rights are roles in code",
    "auth.group": "unused; rights are roles in code",
    "auth.group_permissions": "unused",
    "admin.logentry": "the admin's own diary; the rows themselves are captured",
    "django_celery_beat.periodictask": "beat writes its last run here; an administrator's edit is an event",
    "django_celery_beat.periodictasks": "a counter that tells beat to look again",
    "notifications.heartbeat": "overwritten each minute; says only that a worker lives",
    "complaints.publishedword": "an index of published titles, which are captured",
    "django_celery_beat.solarschedule": "unused",
    "django_celery_beat.clockedschedule": "unused",
}

# Tables that belong to no model.
FRAMEWORK_TABLES = {
    "django_migrations": "Django's own list of what it has run, written while the schema changes",
    "web_cache": "counters and short-lived figures; nothing in it is business",
}

EXTERNAL: dict[str, dict[str, Sequence[str]]] = {
    "account.emailaddress": {"public": ("id", "user", "verified", "primary"), "private": ("email",)},
    "account.emailconfirmation": {"public": ("id", "email_address", "created", "sent"), "secret": ("key",)},
    "mfa.authenticator": {
        "public": ("id", "user", "type", "created_at", "last_used_at"),
        "secret": ("data",),
    },
    "socialaccount.socialapp": {
        "public": ("id", "provider", "provider_id", "name", "client_id"),
        "secret": ("secret", "key", "settings"),
    },
    "socialaccount.socialaccount": {
        "public": ("id", "user", "provider", "last_login", "date_joined"),
        "private": ("uid", "extra_data"),
    },
    "socialaccount.socialtoken": {
        "public": ("id", "app", "account", "expires_at"),
        "secret": ("token", "token_secret"),
    },
    "django_celery_beat.crontabschedule": {
        "public": ("id", "minute", "hour", "day_of_month", "month_of_year", "day_of_week", "timezone")
    },
    "django_celery_beat.intervalschedule": {"public": ("id", "every", "period")},
}


@dataclass(frozen=True)
class Captured:
    model: type[Model]
    classes: dict[str, str]  # column -> public | private | secret, in the model's order
    case: str | None

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def pk(self) -> str:
        return str(self.model._meta.pk.column)

    @property
    def private(self) -> list[str]:
        return [column for column, kind in self.classes.items() if kind == "private"]

    @property
    def by_text(self) -> list[str]:
        """Columns whose equal values may be written unlike (1.10 and 1.1, -0 and 0), so that the row hash differs."""
        fields = self.model._meta.concrete_fields
        return [str(field.column) for field in fields if isinstance(field, JSONField | FloatField)]


def captured() -> Iterator[Captured]:
    """Every table the log watches; raises ImproperlyConfigured for a column without a class."""
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.managed and not meta.proxy and meta.label_lower not in UNCAPTURED:
            yield _captured(model)


def uncaptured_tables() -> set[str]:
    """Tables of the models that stand in UNCAPTURED."""
    return {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label_lower in UNCAPTURED
    }


def _captured(model: type[Model]) -> Captured:
    label = model._meta.label_lower
    spec = EXTERNAL.get(label) or vars(getattr(model, "Audit", None) or type("Audit", (), {}))
    if model._meta.auto_created:
        spec = {"public": [field.name for field in model._meta.concrete_fields]}
    classes: dict[str, str] = {}
    for kind in ("public", "private", "secret"):
        for name in spec.get(kind, ()):
            if name in classes:
                raise ImproperlyConfigured(f"{label}: column {name} has two audit classes")
            classes[name] = kind
    fields = {field.name: str(field.column) for field in model._meta.concrete_fields}
    if missing := fields.keys() ^ classes.keys():
        raise ImproperlyConfigured(f"{label}: no audit class, or no column, for {sorted(missing)}")
    return Captured(model, {column: classes[name] for name, column in fields.items()}, spec.get("case"))  # type: ignore[arg-type]
