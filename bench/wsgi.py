"""One server for both: /bare/ goes to the yardstick behind Django's own middleware, all else to the portal."""

import os
from collections.abc import Callable, Iterable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.test.utils import override_settings  # noqa: E402


class BareHandler(WSGIHandler):
    def get_response(self, request: Any) -> Any:
        request.urlconf = "bench.bare"
        return super().get_response(request)


def _without_log() -> None:
    """For the measure "capture off": nothing tells the database who writes; its triggers are gone already."""
    from django.db.backends.signals import connection_created

    from biroumum.audit import services

    connection_created.disconnect(dispatch_uid="audit.wrapper")
    services.open_context = lambda connection: None


if os.environ.get("BENCH_CAPTURE") == "off":
    _without_log()
portal = WSGIHandler()
with override_settings(MIDDLEWARE=settings.BARE_MIDDLEWARE):
    bare = BareHandler()


def application(environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
    handler = bare if environ["PATH_INFO"].startswith("/bare/") else portal
    return handler(environ, start_response)
