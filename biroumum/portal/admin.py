"""The admin of reference tables under our own name; each module registers its tables."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from biroumum.portal import admin_accounts, admin_reference  # noqa: F401 - they register themselves

admin.site.site_header = admin.site.site_title = "Biro Umum"
admin.site.index_title = _("Tabel rujukan")
