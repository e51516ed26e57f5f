from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "biroumum.portal"

    def ready(self) -> None:
        from biroumum.web import navigation

        navigation.register(_("Meja kerja"), "work")
