"""The yardstick: two views as one writes them on a project's first day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import path
from django.utils import timezone

from bench.models import Bare

PAGE = engines["django"].from_string(
    """<!doctype html><html lang="id"><head><title>Daftar</title></head><body><table>{% for row in rows %}
<tr><th><a href="/bare/{{ row.pk }}/">{{ row.number }}</a></th><td>{{ row.title }}</td><td>{{ row.state }}</td>
<td>{{ row.received_at|date:"j M Y" }}</td></tr>{% endfor %}</table>
<a href="?after={{ last }}">Lebih lama</a></body></html>"""
)


def rows(request: HttpRequest) -> HttpResponse:
    after = int(request.GET.get("after", 2**62))
    found = list(Bare.objects.filter(pk__lt=after).order_by("-pk")[:50])
    return HttpResponse(PAGE.render({"rows": found, "last": found[-1].pk}, request))


def insert(request: HttpRequest) -> HttpResponse:
    Bare.objects.create(
        number="ADU-1", title=request.POST["title"], state="received", received_at=timezone.now()
    )
    return redirect("/bare/")


urlpatterns = [path("bare/", rows), path("bare/insert/", insert)]
