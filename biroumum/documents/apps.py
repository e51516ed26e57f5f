from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from biroumum.web import health, schedules


class DocumentsConfig(AppConfig):
    name = "biroumum.documents"
    verbose_name = _("Dokumen")

    def ready(self) -> None:
        from biroumum.audit.verbs import Verb, register_verbs
        from biroumum.documents.queries import scanner_trouble

        tasks = "biroumum.documents.tasks"
        schedules.register(
            "documents.scan_waiting",
            _("Memindai berkas yang menunggu"),
            task=f"{tasks}.scan_waiting",
            every=120,
        )
        schedules.register(
            "documents.sweep_store",
            _("Membuang berkas yang tidak dipakai"),
            task=f"{tasks}.sweep_store",
            crontab="10 3 * * *",
        )
        health.register("scanner", scanner_trouble)
        register_verbs(
            {
                "documents.attachment.add": Verb(_("Berkas diterima")),
                "documents.attachment.open": Verb(_("Berkas dibuka")),
                "documents.attachment.clear": Verb(_("Berkas lolos pemindaian")),
                "documents.attachment.refuse": Verb(_("Berkas ditolak pemindai"), public=True),
                "documents.issueddocument.issue": Verb(_("Dokumen diterbitkan")),
                "documents.issueddocument.revoke": Verb(_("Dokumen dicabut"), public=True),
            }
        )
