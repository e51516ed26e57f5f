"""The admin takes no table whose changes leave neither reason nor entry: what other packages bring stays out."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class ReferenceTables(AdminSite):
    site_header = site_title = "Biro Umum"
    index_title = _("Tabel rujukan")
    site_url = None  # the way to the work list stands in our own bar

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        from biroumum.audit.admin import AuditedAdmin

        if admin_class is not None and issubclass(admin_class, AuditedAdmin):
            super().register(model_or_iterable, admin_class, **options)


class ReferenceAdmin(AdminConfig):
    default_site = "biroumum.portal.admin_site.ReferenceTables"
