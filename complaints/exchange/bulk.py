"""All published cases in one file, as the GeoReport Bulk Data Specification has it (open311.org/GeoReport/bulk).

That specification is a proposal; its columns are kept in its order. `source` stays empty, as it may, for how somebody
came to us is not for everyone; `service_subtype` because there are none.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from biroumum.reports.registry import Column
from biroumum.reports.renderers import csv_lines
from biroumum.web.ratelimit import allowed, client_address, seconds_left
from complaints.exchange.georeport import Row, request_row, when
from complaints.models import Publication
from complaints.states import ENDED, State

NAMES = (
    "service_request_id requested_datetime updated_datetime closed_date status_description status_notes source "
    "service_name service_subtype description agency_responsible address lat long"
).split()
COLUMNS = tuple(Column(name, name, "number" if name in ("lat", "long") else "text") for name in NAMES)
HOLD = (State.INCOMPLETE, State.AWAITING_REPORTER, State.SCHEDULED)
NEW = (State.RECEIVED, State.VERIFIED)
FILES, HOUR = 20, 3600  # to one address
AT_A_TIME = 1000  # rows read


@require_safe
def requests(request: HttpRequest) -> HttpResponseBase:
    """Row by row, so that memory does not grow with the cases."""
    if not allowed(f"open311-bulk/{client_address(request)}", FILES, HOUR):
        wait = {"Retry-After": str(seconds_left(HOUR))}
        return HttpResponse("too many requests\n", content_type="text/plain", status=429, headers=wait)
    response = StreamingHttpResponse(
        csv_lines(COLUMNS, rows(), mark=False), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="requests.csv"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


def rows() -> Iterator[Row]:
    published = Publication.objects.live().told_to_systems().order_by("id")
    return (bulk_row(publication) for publication in published.iterator(AT_A_TIME))


def bulk_row(publication: Publication) -> Row:
    case, row = publication.complaint, request_row(publication)
    return {name: row.get(name, "") for name in NAMES} | {
        "closed_date": when(case.ended_at),
        "status_description": status_word(case.state),
    }


def status_word(state: str) -> str:
    """The four words the specification calls typical."""
    if state in ENDED:
        return "Closed"
    return "Hold" if state in HOLD else "Open" if state in NEW else "Processing"
