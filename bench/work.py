"""What is measured: bare views and the portal's own pages, through Django's whole stack."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import User
from biroumum.portal.demo.cast import create_cast
from complaints.models import Category, Complaint
from complaints.services import submit_complaint
from complaints.states import Kind, Source, Visibility
from complaints.workflow import COMPLAINT

PAGE = engines["django"].from_string(
    "<table>{% for id, name in rows %}<tr><td>{{ id }}</td><td>{{ name }}</td></tr>{% endfor %}</table>"
)
state: dict[str, Any] = {}


def bare_list() -> HttpResponse:
    return _bare(RequestFactory().get("/"))


def _bare(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM bare WHERE id < 900000 ORDER BY id DESC LIMIT 50")
        return HttpResponse(PAGE.render({"rows": cursor.fetchall()}))


def bare_insert() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO bare (name) VALUES ('baris') RETURNING id")


def prepare() -> int:
    """The cast, one case, and a client signed in as the bureau's head; returns the case's key."""
    cast = create_cast("kunci-contoh-2026", second_factor=False)
    state["cast"] = {key: User.objects.get(pk=user.pk) for key, user in cast.items()}
    state["client"] = Client()
    with transaction.atomic():
        state["client"].force_login(cast["rini"])
    case = submit()
    return case.pk


def submit() -> Complaint:
    content = {
        "kind": Kind.COMPLAINT,
        "title": "Lampu lorong mati",
        "description": "Lampu lorong gedung B mati sejak Senin, sudah dilaporkan ke satpam.",
        "category": state.setdefault("category", Category.objects.get(code="infrastruktur")),
        "visibility": Visibility.OPEN,
    }
    filed = submit_complaint(actor=Actor.holder(), source=Source.WEB, content=content)
    state.setdefault("open", []).append(filed.complaint)
    return filed.complaint


def step() -> None:
    case = state["open"].pop()
    filled = {name: getattr(case, name) for name in ("title", "kind", "oversight", "category", "visibility")}
    COMPLAINT.perform(case, "verify", actor=Actor.staff(state["cast"]["sekar"]), **filled)


def complaint_list() -> None:
    page = state["client"].get("/kerja/pengaduan/")
    assert page.status_code == 200, page.status_code  # noqa: S101


def statements_of_list() -> int:
    with CaptureQueriesContext(connection) as asked:
        complaint_list()
    return len(asked)


def multiply(copy: str, count: int, pk: int) -> None:
    """So many copies of one case, held by the office whose list is measured."""
    unit = state["cast"]["rini"].live[0].position.unit_id
    own = {
        "id": "nextval(pg_get_serial_sequence('complaints_complaint', 'id'))",
        "number": "'UKUR-' || n",
        "submit_hash": "sha256(n::text::bytea)",
        "unit_id": str(unit),
    }
    columns = [field.column for field in Complaint._meta.concrete_fields]
    values = ", ".join(own.get(column, f"c.{column}") for column in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(copy.format(columns=", ".join(columns), values=values), [count, pk])
