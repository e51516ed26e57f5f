from django.contrib import admin
from django.urls import include, path

from biroumum.web import health, views

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("lambang.svg", views.emblem, name="emblem"),
    path("", include("biroumum.portal.urls")),
    path("", include("biroumum.accounts.urls")),
    path("", include("biroumum.documents.urls")),
    path("transparansi/", include("biroumum.audit.urls")),
    path("kerja/", include("biroumum.notifications.urls")),
    path("kerja/", include("biroumum.reports.urls")),
    path("kerja/penghapusan/", include("biroumum.privacy.urls")),
    path("kerja/pengaduan/", include("complaints.urls")),
    path("pengaduan/", include("complaints.public_urls")),
    path("open311/", include("complaints.exchange.urls")),
    path("admin/", admin.site.urls),
]
handler400 = "biroumum.web.errors.bad_request"
handler403 = "biroumum.web.errors.forbidden"
handler404 = "biroumum.web.errors.not_found"
handler500 = "biroumum.web.errors.server_error"
