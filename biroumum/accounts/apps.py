from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from biroumum.web import schedules


class AccountsConfig(AppConfig):
    name = "biroumum.accounts"
    verbose_name = _("Orang dan jabatan")

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added

        schedules.register(
            "accounts.tidy",
            _("Membuang sesi dan catatan gagal masuk yang lama"),
            task="biroumum.accounts.tasks.tidy",
            crontab="30 3 * * *",
        )
        authenticator_added.connect(new_factor_was_shown)


def new_factor_was_shown(*, request: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    """Setting a factor up asked for its code, so the session has shown it."""
    from allauth.account.internal.flows.login import record_authentication

    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
