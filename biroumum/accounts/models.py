"""People, the offices they work in, and the dated assignments their rights come from."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from biroumum.accounts.roles import ROLES, Role


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, *, email: str, name: str, password: str | None = None, nip: str | None = None, **fields: Any
    ) -> User:
        """A user without rights until assigned to a position; without a password, without a login."""
        user = self.model(email=self.normalize_email(email).lower(), name=name, nip=nip or None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A member of staff. There is no superuser: every right comes from a live assignment."""

    email = models.EmailField(_("surel"), unique=True)
    nip = models.CharField(
        _("NIP"),
        max_length=18,
        unique=True,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^\d{18}$", _("NIP terdiri dari 18 angka."))],
    )
    name = models.CharField(_("nama"), max_length=120)
    language = models.CharField(
        _("bahasa"), max_length=2, choices=[("id", "Bahasa Indonesia"), ("en", "English")], default="id"
    )
    is_active = models.BooleanField(_("aktif"), default=True)
    date_joined = models.DateTimeField(_("terdaftar"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    is_superuser = False

    class Meta:
        ordering = ["name"]
        verbose_name = _("pengguna")
        verbose_name_plural = pgettext_lazy("banyak", "pengguna")
        constraints = [  # login and reset look an address up in small letters
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower")
        ]

    class Audit:
        case = "self"
        public = ("id", "language", "is_active", "date_joined", "last_login")
        private = ("email", "nip", "name")
        secret = ("password",)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.email = self.email.lower()
        self.nip = self.nip or None

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split()[0]

    @cached_property
    def live(self) -> list[Assignment]:
        """Today's assignments; read once per instance, and each request has its own instance."""
        if not self.is_active or self.pk is None:
            return []
        return list(self.assignments.live().with_offices())

    @cached_property
    def roles(self) -> frozenset[Role]:
        codes = {code for assignment in self.live for code in assignment.position.roles}
        return frozenset(ROLES[code] for code in codes & ROLES.keys())

    @cached_property
    def permissions(self) -> frozenset[str]:
        return frozenset(permission for role in self.roles for permission in role.permissions)

    @property
    def is_staff(self) -> bool:
        return any(role.admin for role in self.roles)

    @property
    def needs_second_factor(self) -> bool:
        return any(role.second_factor for role in self.roles)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return perm in self.permissions

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        return all(perm in self.permissions for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return any(perm.startswith(f"{app_label}.") for perm in self.permissions)

    def get_all_permissions(self, obj: object = None) -> set[str]:
        return set(self.permissions)


class Unit(models.Model):
    """An office in the organisation tree."""

    code = models.SlugField(_("kode"), max_length=40, unique=True)
    name = models.CharField(_("nama"), max_length=120)
    short_name = models.CharField(_("singkatan"), max_length=40, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("induk")
    )
    email = models.EmailField(_("surel"), blank=True)
    is_active = models.BooleanField(_("aktif"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("unit")
        verbose_name_plural = pgettext_lazy("banyak", "unit")
        constraints = [
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="unit_not_its_own_parent"
            )
        ]

    class Audit:
        case = "self"
        public = ("id", "code", "name", "short_name", "parent", "email", "is_active")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        above = self.parent
        while above is not None:
            if above.pk == self.pk:
                raise ValidationError({"parent": _("Unit tidak boleh berada di bawah dirinya sendiri.")})
            above = above.parent


def known_roles(codes: list[str]) -> None:
    if unknown := set(codes) - set(ROLES):
        raise ValidationError(_("Peran tidak dikenal: %(codes)s") % {"codes": ", ".join(sorted(unknown))})


class Position(models.Model):
    """A chair in an office; work and rights are bound to it, not to whoever sits on it."""

    title = models.CharField(_("jabatan"), max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="positions", verbose_name=_("unit"))
    roles = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("peran"),
        default=list,
        blank=True,
        validators=[known_roles],
    )
    is_head = models.BooleanField(_("kepala unit"), default=False)

    class Meta:
        ordering = ["unit__name", "title"]
        verbose_name = _("jabatan")
        verbose_name_plural = pgettext_lazy("banyak", "jabatan")
        constraints = [models.UniqueConstraint(fields=["unit", "title"], name="position_once_per_unit")]

    class Audit:
        case = "self"
        public = ("id", "title", "unit", "roles", "is_head")

    def __str__(self) -> str:
        return self.title


_OFFICES = """ARRAY(
    WITH RECURSIVE above(id, parent_id) AS (
        SELECT id, parent_id FROM accounts_unit WHERE id = accounts_position.unit_id
        UNION
        SELECT u.id, u.parent_id FROM accounts_unit u JOIN above a ON u.id = a.parent_id
    ) SELECT id FROM above)"""


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def live(self, on: Any = None) -> AssignmentQuerySet:
        """In force on a day (today in the province's zone)."""
        on = on or timezone.localdate()
        return self.filter(Q(starts__lte=on) & (Q(ends=None) | Q(ends__gt=on)))

    def with_offices(self) -> AssignmentQuerySet:
        """Position and unit; and `offices`, the keys of the unit and of all it belongs to."""
        above = RawSQL(_OFFICES, [], output_field=ArrayField(models.BigIntegerField()))  # noqa: S611 - a constant
        return self.select_related("position__unit").annotate(offices=above)


class Assignment(models.Model):
    """Someone on a position for a time; `ends` is the first day it no longer holds.

    One that ends on the day it starts never held: so a mistaken one is taken back at once, without deletion.
    """

    class Kind(models.TextChoices):
        DEFINITIVE = "definitif", _("Definitif")
        ACTING = "plt", _("Pelaksana tugas (Plt.)")
        DAILY = "plh", _("Pelaksana harian (Plh.)")

    user = models.ForeignKey(User, models.PROTECT, related_name="assignments", verbose_name=_("pengguna"))
    position = models.ForeignKey(
        Position, models.PROTECT, related_name="assignments", verbose_name=_("jabatan")
    )
    kind = models.CharField(_("jenis"), max_length=10, choices=Kind.choices, default=Kind.DEFINITIVE)
    starts = models.DateField(_("sejak"))
    ends = models.DateField(_("sampai (tidak termasuk)"), null=True, blank=True)
    offices: list[int]  # where read `with_offices`

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["-starts", "id"]
        verbose_name = _("penugasan")
        verbose_name_plural = pgettext_lazy("banyak", "penugasan")
        indexes = [models.Index(fields=["user", "starts"], name="assignment_user")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=("definitif", "plt", "plh")), name="assignment_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gte=F("starts")), name="assignment_not_backwards"
            ),
            models.CheckConstraint(
                condition=~Q(kind="plh") | Q(ends__isnull=False),
                name="assignment_stand_in_for_days",
                violation_error_message=_("Pelaksana harian mempunyai hari terakhir."),
            ),
            ExclusionConstraint(
                name="assignment_one_stand_in",
                expressions=[
                    ("position", RangeOperators.EQUAL),
                    (Func("starts", "ends", function="daterange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(kind="plh"),
                violation_error_message=_("Jabatan ini sudah punya pengganti pada masa itu."),
            ),
            ExclusionConstraint(
                name="assignment_one_definitive_holder",
                expressions=[
                    ("position", RangeOperators.EQUAL),
                    (Func("starts", "ends", function="daterange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(kind="definitif"),
                violation_error_message=_("Jabatan ini sudah dijabat orang lain pada masa itu."),
            ),
        ]

    class Audit:
        case = "self"
        public = ("id", "user", "position", "kind", "starts", "ends")

    def __str__(self) -> str:
        return titled(self.kind, self.position.title)


def titled(kind: str, title: str) -> str:
    """A position as its holder bears it."""
    return {"plt": "Plt. ", "plh": "Plh. "}.get(kind, "") + title
