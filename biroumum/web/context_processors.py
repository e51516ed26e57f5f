"""What every page needs to know about the portal it belongs to."""

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, object]:
    return {"province": settings.PROVINCE, "demo": settings.DEMO}
