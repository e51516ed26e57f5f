from django.urls import path, re_path

from biroumum.reports import views

app_name = "reports"
urlpatterns = [
    path("laporan/", views.index, name="index"),
    path("laporan/<slug:code>/", views.page, name="page"),
    path("laporan/<slug:code>/langganan/", views.subscription, name="subscription"),
    re_path(r"^laporan/(?P<code>[-\w]+)\.(?P<kind>csv|xlsx|pdf)$", views.download, name="download"),
]
