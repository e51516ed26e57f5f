from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from biroumum.audit.verbs import Verb, register_verbs
from biroumum.notifications import rules
from biroumum.web import health, navigation, schedules


def _account() -> dict[str, str]:
    return {"name": "Sari Contoh", "url": "/"}


class NotificationsConfig(AppConfig):
    name = "biroumum.notifications"
    verbose_name = _("Pemberitahuan")

    def ready(self) -> None:
        from biroumum.notifications.health import outbox_age, worker_heartbeat
        from biroumum.notifications.queries import unread_count

        tasks = "biroumum.notifications.tasks"
        schedules.register("notifications.deliver", _("Mengirim surel"), task=f"{tasks}.deliver", every=10)
        schedules.register(
            "notifications.heartbeat",
            _("Tanda bahwa pekerjaan latar berjalan"),
            task=f"{tasks}.heartbeat",
            every=60,
        )
        schedules.register(
            "notifications.forget",
            _("Menghapus isi surel lama"),
            task=f"{tasks}.forget",
            crontab="20 3 * * *",
        )
        schedules.register(
            "notifications.watch_log", _("Memeriksa apakah log berjalan"), task=f"{tasks}.watch_log", every=60
        )
        health.register("outbox", outbox_age)
        health.register("worker", worker_heartbeat)
        navigation.register(_("Kotak masuk"), "notifications:inbox", badge=unread_count)
        navigation.register(_("Surel"), "notifications:outbox", permission="notifications.view_outbox")
        rules.register(_mails())
        register_verbs({"notifications.message.retry": Verb(_("Surel dikirim ulang"))})


def _mails() -> list[rules.MailRule]:
    from biroumum.notifications.log_alarm import GOES_ON, STANDS, sample

    return [
        rules.MailRule("set_password", _("Akun disiapkan administrator"), _("Pemilik akun"), _account),
        rules.MailRule("password_reset_key", _("Kata sandi baru diminta"), _("Pemilik akun"), _account),
        rules.MailRule(STANDS, _("Log berhenti lebih dari lima menit"), _("Administrator"), sample),
        rules.MailRule(GOES_ON, _("Log berjalan kembali"), _("Administrator"), dict),
        rules.MailRule(
            "confidential",
            _("Apa pun pada perkara rahasia: menggantikan surel lain"),
            _("Penerima surel yang digantikan"),
            lambda: {"number": "ADU-2026-000147", "url": "/"},
        ),
    ]
