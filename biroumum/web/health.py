"""Whether the portal lives, and whether it can serve; upper packages add what they need."""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

Check = Callable[[], str | None]
CHECKS: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """`check` returns None when all is well, else a sentence for the administrator."""
    CHECKS[name] = check


def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """503 when any part is not well; each part says so for itself."""
    parts = {name: _state(check) for name, check in {"database": _database, **CHECKS}.items()}
    well = all(state == "ok" for state in parts.values())
    return JsonResponse({"status": "ok" if well else "unready", "parts": parts}, status=200 if well else 503)


def _state(check: Check) -> str:
    try:
        return check() or "ok"
    except Exception as error:
        return f"{type(error).__name__}"


def _database() -> str | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "no answer"
    return None
