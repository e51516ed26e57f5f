from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Pengaduan")

    def ready(self) -> None:
        """Tell the kernel what this app brings: its log verbs, work, reports, files and timed tasks."""
        from complaints import kernel

        kernel.register()
