from django.apps import AppConfig


class WorktimeConfig(AppConfig):
    name = "biroumum.worktime"
