"""The admin of reference tables under our own name; the tables of accounts register from their module."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from biroumum.portal import admin_accounts  # noqa: F401 - registers itself

admin.site.site_header = admin.site.site_title = "Biro Umum"
admin.site.index_title = _("Tabel rujukan")
