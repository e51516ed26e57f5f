from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "biroumum.documents"
