from django.urls import path

from biroumum.notifications import views

app_name = "notifications"
urlpatterns = [
    path("kotak-masuk/", views.inbox, name="inbox"),
    path("kotak-masuk/baca-semua/", views.read_all, name="read_all"),
    path("kotak-masuk/<int:pk>/buka/", views.open_one, name="open"),
    path("surel/", views.outbox, name="outbox"),
    path("surel/aturan/", views.mail_rules, name="mail_rules"),
    path("surel/kirim-ulang/", views.retry_all, name="retry_all"),
    path("surel/<int:pk>/", views.message, name="message"),
    path("surel/<int:pk>/kirim-ulang/", views.retry_one, name="retry"),
]
