"""Hints while the story is being typed: similar published cases, and personal data in it; nothing of it is kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from biroumum.web.forms import plain_text
from biroumum.web.ratelimit import allowed, client_address
from complaints.public_views.access import as_citizen
from complaints.services.redaction import find_typed
from complaints.services.similar import Told, similar_cases

ASKS, SECONDS = 300, 600  # an address: many people stand behind one, and each pause in typing asks


@require_POST
@as_citizen
def hints(request: HttpRequest) -> HttpResponse:
    """A fragment of the page. POST, so that no one's story stands in an address."""
    if not allowed(f"complaint-similar/{client_address(request)}", ASKS, SECONDS):
        return HttpResponse(status=429)
    title, text = (plain_text(request.POST.get(name, "")) for name in ("title", "description"))
    title, text = title[:120], text[:10_000]
    context = {"similar": similar_cases(Told(title, text)), "new_tab": True, "found": find_typed(title, text)}
    return render(request, "complaints/public/_hints.html", context)
