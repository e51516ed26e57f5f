"""Asking and filing by Open311, as another system does."""

import datetime as dt
import xml.etree.ElementTree as ET

from django.test import Client

V2 = "/open311/v2"


def get(path, **query):
    return Client().get(f"{V2}/{path}", query)


def span(road):
    return {
        "start_date": (road.at - dt.timedelta(days=30)).isoformat(),
        "end_date": (road.at + dt.timedelta(days=1)).isoformat(),
    }


def post(form="json", **data):
    body = {
        "api_key": "kunci",
        "service_code": "infrastruktur",
        "address_string": "Gedung B",
        "description": "Lampu lorong mati. Sudah seminggu.",
    } | data
    return Client().post(
        f"{V2}/requests.{form}", {name: value for name, value in body.items() if value is not None}
    )


def rows_of(answer, form):
    """The rows of an answer; of XML each as the texts of its tags."""
    if form == "json":
        return answer.json()
    return [{tag.tag: tag.text or "" for tag in row} for row in ET.fromstring(answer.content)]
