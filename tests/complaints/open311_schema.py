"""GeoReport v2 as JSON schemas, written from the specification (wiki.open311.org/GeoReport_v2), not from our code.

Stricter where its judges differ: identifiers are strings, times UTC without fractions, nothing is null, and what a
client relies on is never empty.
"""

from typing import Any

from jsonschema import Draft202012Validator

TEXT: dict[str, Any] = {"type": "string"}
SAID = {"type": "string", "minLength": 1}
TRUTH = {"type": "boolean"}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
NO_TIME = {"anyOf": [TIME, {"const": ""}]}


def thing(**fields: Any) -> dict[str, Any]:
    """An object with exactly these fields."""
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def many(item: dict[str, Any], least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": least}


def point(limit: int) -> dict[str, Any]:
    return {"type": "number", "minimum": -limit, "maximum": limit}


SERVICE = thing(
    service_code=SAID,
    service_name=SAID,
    description=SAID,
    metadata=TRUTH,
    type={"enum": ["realtime", "batch", "blackbox"]},
    keywords=SAID,
    group=TEXT,
)
DATATYPES = ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
ATTRIBUTE = thing(
    variable=TRUTH,
    code=SAID,
    datatype={"enum": DATATYPES},
    required=TRUTH,
    datatype_description=TEXT,
    order={"type": "integer", "minimum": 1},
    description=SAID,
    values=many(thing(key=SAID, name=SAID)),
)
REQUEST = thing(
    service_request_id=SAID,
    status={"enum": ["open", "closed"]},
    status_notes=TEXT,
    service_name=SAID,
    service_code=SAID,
    description=SAID,
    agency_responsible=SAID,
    service_notice=TEXT,
    requested_datetime=TIME,
    updated_datetime=TIME,
    expected_datetime=NO_TIME,
    address=SAID,
    address_id=TEXT,
    zipcode=TEXT,
    lat=point(90),
    long=point(180),
    media_url=TEXT,
)
NOTED = thing(**REQUEST["properties"], notes=many(thing(datetime=TIME, summary=SAID), 1))
UPDATE = thing(
    update_id=SAID,
    service_request_id=SAID,
    status={"enum": ["open", "closed"]},
    updated_datetime=TIME,
    description=SAID,
    media_url=TEXT,
)
FORMATS = {"enum": ["text/xml", "application/json"]}
ENDPOINT = thing(
    specification={"const": "http://wiki.open311.org/GeoReport_v2"},
    url={"type": "string", "pattern": "^https?://"},
    changeset=TIME,
    type={"enum": ["production", "test"]},
    formats=many(FORMATS, 1),
)
ERROR = thing(code={"type": "integer", "minimum": 400, "maximum": 599}, description=SAID)
SCHEMAS: dict[str, Any] = {
    "services": many(SERVICE),
    "service_definition": thing(service_code=SAID, attributes=many(ATTRIBUTE)),
    "service_requests": many(REQUEST),
    "with_notes": many(NOTED, 1),
    "service_requests_updates": many(UPDATE),
    "posted": {**many(thing(token=SAID, service_notice=SAID, account_id=TEXT), 1), "maxItems": 1},
    "token": {**many(thing(service_request_id=SAID, token=SAID), 1), "maxItems": 1},
    "errors": many(ERROR, 1),
    "discovery": thing(changeset=TIME, contact=SAID, key_service=SAID, endpoints=many(ENDPOINT, 1)),
}


def check(schema: dict[str, Any], value: Any) -> None:
    """Raises AssertionError with every fault and where it is."""
    faults = [
        f"{fault.json_path}: {fault.message}" for fault in Draft202012Validator(schema).iter_errors(value)
    ]
    assert not faults, "\n".join(faults)
