"""The yardstick: two views as one writes them on a project's first day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import path
from django.utils import timezone

from bench.models import Bare
from complaints.models import Complaint

PAGE = engines["django"].from_string(
    """<!doctype html><html lang="id"><head><title>Daftar</title></head><body><table>{% for row in rows %}
<tr><th><a href="/bare/{{ row.pk }}/">{{ row.number }}</a></th><td>{{ row.title }}</td><td>{{ row.state }}</td>
<td>{{ row.received_at|date:"j M Y" }}</td></tr>{% endfor %}</table>
<a href="?after={{ last }}">Lebih lama</a></body></html>"""
)

HISTORY = engines["django"].from_string("{% load audit %}{% history case %}")


def rows(request: HttpRequest) -> HttpResponse:
    after = int(request.GET.get("after", 2**62))
    found = list(Bare.objects.filter(pk__lt=after).order_by("-pk")[:50])
    return HttpResponse(PAGE.render({"rows": found, "last": found[-1].pk}, request))


def insert(request: HttpRequest) -> HttpResponse:
    Bare.objects.create(
        number="ADU-1", title=request.POST["title"], state="received", received_at=timezone.now()
    )
    return redirect("/bare/")


def history(request: HttpRequest, pk: int) -> HttpResponse:
    """No yardstick: the portal's own include, and nothing of the page around it."""
    return HttpResponse(HISTORY.render({"case": Complaint.objects.get(pk=pk)}, request))


urlpatterns = [
    path("bare/", rows),
    path("bare/insert/", insert),
    path("bare/history/<int:pk>/", history),
]
