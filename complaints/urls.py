from django.urls import path

from complaints import views

app_name = "complaints"
urlpatterns = [
    path("", views.complaint_list, name="list"),
    path("ekspor.csv", views.export, {"kind": "csv"}, name="export_csv"),
    path("ekspor.xlsx", views.export, {"kind": "xlsx"}, name="export_xlsx"),
    path("catat/", views.desk, name="desk"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/pesan/", views.message, name="message"),
    path("<int:pk>/identitas/", views.identity, name="identity"),
    path("<int:pk>/<slug:name>/", views.step, name="step"),
]
