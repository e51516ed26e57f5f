from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "biroumum.portal"

    def ready(self) -> None:
        from biroumum.audit.verbs import Verb, register_verbs
        from biroumum.portal import log, log_panel
        from biroumum.reports import dashboard
        from biroumum.web import navigation
        from biroumum.workflow import worklist

        told = {"stand_in": _("Pengganti ditunjuk"), "stand_in_ended": _("Penggantian diakhiri")}
        register_verbs({f"accounts.assignment.{name}": Verb(label) for name, label in told.items()})
        navigation.register(_("Meja kerja"), "work")
        navigation.register(_("Dasbor"), "dashboard", open_to=lambda user: bool(dashboard.panels_of(user)))
        navigation.register(_("Pengganti"), "stand_ins")
        navigation.register(_("Log"), "log", permission=log.READ)
        navigation.register(_("Data acuan"), "admin:index", open_to=lambda user: user.is_staff)
        worklist.register(lambda user: (), figures=log.figures)
        dashboard.register(log_panel.PANEL)
