"""What every page needs to know about the portal it belongs to."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from biroumum.web.navigation import menu


def portal(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    return {
        "province": settings.PROVINCE,
        "emblem": reverse("emblem") if settings.PROVINCE["emblem"] else static("img/emblem.svg"),
        "demo": settings.DEMO,
        "menu": SimpleLazyObject(lambda: menu(user, request.path) if user and user.is_authenticated else []),
    }
