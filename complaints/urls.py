from django.urls import path

from complaints.views import (
    cases,
    desk,
    keeping,
    paper,
    publication,
    routing,
    saved,
    seal,
    subtasks,
    together,
    unsealing,
)

app_name = "complaints"
urlpatterns = [
    path("", cases.complaint_list, name="list"),
    path("ekspor.csv", cases.export, {"kind": "csv"}, name="export_csv"),
    path("ekspor.xlsx", cases.export, {"kind": "xlsx"}, name="export_xlsx"),
    path("aturan/", routing.rules, name="rules"),
    path("tampilan/", saved.saved_views, name="views"),
    path("tampilan/<int:pk>/hapus/", saved.delete_view, name="delete_view"),
    path("bersama/", together.assign_together, name="together"),
    path("catat/", desk.desk, name="desk"),
    path("<int:pk>/", cases.detail, name="detail"),
    path("<int:pk>/pesan/", cases.message, name="message"),
    path("<int:pk>/identitas/", cases.identity, name="identity"),
    path("<int:pk>/ringkasan/", paper.case_pdf, name="case_pdf"),
    path("<int:pk>/publikasi/", publication.publication, name="publication"),
    path("<int:pk>/publikasi/turunkan/", publication.unpublish, name="unpublish"),
    path("<int:pk>/segel/", unsealing.unseal, name="unseal"),
    path("<int:pk>/terlapor/", seal.accused, name="accused"),
    path("<int:pk>/tahan/", keeping.hold, name="hold"),
    path("<int:pk>/kode/", seal.new_code, name="new_code"),
    path("<int:pk>/subtugas/", subtasks.ask, name="ask_unit"),
    path("subtugas/<int:pk>/", subtasks.subtask, name="subtask"),
    path("subtugas/<int:pk>/<slug:name>/", subtasks.step, name="subtask_step"),
    path("<int:pk>/<slug:name>/", cases.step, name="step"),
]
