from django.urls import path

from biroumum.documents import views

urlpatterns = [
    path("berkas/<uuid:pk>/", views.download, name="attachment"),
    path("verifikasi/", views.verification, name="verification"),
    path("verifikasi/<str:code>/", views.verification_of, name="verification_of"),
]
