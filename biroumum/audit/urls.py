"""The addresses of C2SP tlog-tiles, below transparansi/."""

from django.urls import path

from biroumum.audit import views

urlpatterns = [
    path("kunci", views.verifiers, name="verifiers"),
    path("<str:log>/checkpoint", views.checkpoint, name="checkpoint"),
    path("<str:log>/tile/<path:address>", views.tile, name="tile"),
]
