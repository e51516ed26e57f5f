"""What the layout itself needs."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
@cache_control(public=True, max_age=86_400)
def emblem(request: HttpRequest) -> HttpResponse:
    """The province's own emblem; a drawing may bring styles of its own, but no script and nothing from elsewhere."""
    path = settings.PROVINCE["emblem"]
    if not path or not Path(path).is_file():
        raise Http404
    response = HttpResponse(Path(path).read_bytes(), content_type="image/svg+xml")
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
    )
    return response
