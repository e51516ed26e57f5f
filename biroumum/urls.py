from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("biroumum.portal.urls")),
    path("", include("biroumum.accounts.urls")),
    path("", include("biroumum.documents.urls")),
    path("kerja/", include("biroumum.notifications.urls")),
    path("kerja/", include("biroumum.reports.urls")),
    path("kerja/pengaduan/", include("complaints.urls")),
    path("pengaduan/", include("complaints.public_urls")),
    path("admin/", admin.site.urls),
]
