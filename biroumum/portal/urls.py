from django.urls import path

from biroumum.accounts.views import set_language
from biroumum.portal import log, transparency, views

urlpatterns = [
    path("", views.home, name="home"),
    path("kerja/", views.work, name="work"),
    path("kerja/dasbor/", views.dashboard, name="dashboard"),
    path("kerja/pengganti/", views.stand_ins, name="stand_ins"),
    path("kerja/pengganti/<int:pk>/akhiri/", views.end_stand_in_now, name="end_stand_in"),
    path("kerja/log/", log.entries, name="log"),
    path("kerja/log/ekspor.csv", log.export, name="log_csv"),
    path("transparansi/", transparency.transparency, name="transparency"),
    path("bahasa/", set_language, name="set_language"),
    path("aksesibilitas/", views.accessibility, name="accessibility"),
    path("transparansi/verifikasi/", views.receipt_check, name="receipt_check"),
    path("data-pribadi/", views.privacy, name="privacy"),
]
