from django.urls import path

from biroumum.privacy import views

app_name = "privacy"
urlpatterns = [
    path("", views.request_list, name="list"),
    path("catat/", views.record, name="record"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/berita-acara/", views.certificate, name="certificate"),
    path("<int:pk>/<slug:name>/", views.step, name="step"),
]
