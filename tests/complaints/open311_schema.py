"""GeoReport v2 as schemas, written from the specification: which fields an answer has, and of what kind."""

from typing import Any

TEXT, TRUTH, NUMBER, WHOLE = str, bool, float, int
SERVICE = dict.fromkeys(
    ("service_code", "service_name", "description", "type", "keywords", "group"), TEXT
) | {"metadata": TRUTH}
REQUEST = dict.fromkeys(
    (
        "service_request_id status status_notes service_name service_code description agency_responsible "
        "service_notice requested_datetime updated_datetime expected_datetime address address_id zipcode media_url"
    ).split(),
    TEXT,
) | {"lat": NUMBER, "long": NUMBER}
ATTRIBUTE = {
    "variable": TRUTH,
    "code": TEXT,
    "datatype": TEXT,
    "required": TRUTH,
    "datatype_description": TEXT,
    "order": WHOLE,
    "description": TEXT,
    "values": [{"key": TEXT, "name": TEXT}],
}
SCHEMAS: dict[str, Any] = {
    "services": [SERVICE],
    "service_definition": {"service_code": TEXT, "attributes": [ATTRIBUTE]},
    "service_requests": [REQUEST],
    "errors": [{"code": WHOLE, "description": TEXT}],
    "discovery": {
        "changeset": TEXT,
        "contact": TEXT,
        "key_service": TEXT,
        "endpoints": [
            {"specification": TEXT, "url": TEXT, "changeset": TEXT, "type": TEXT, "formats": [TEXT]}
        ],
    },
}
NEVER_EMPTY = {
    "description",
    "keywords",
    "address",
    "service_code",
    "service_name",
    "service_request_id",
    "url",
}


def check(schema: Any, value: Any, path: str = "") -> None:
    """Exactly these fields, each of its kind; those a client relies on are never empty."""
    if isinstance(schema, list):
        assert isinstance(value, list), path
        for item in value:
            check(schema[0], item, f"{path}[]")
    elif isinstance(schema, dict):
        assert set(value) == set(schema), path
        for name, part in schema.items():
            check(part, value[name], f"{path}.{name}")
    else:
        assert type(value) is schema, (path, value)
        assert value != "" or path.rpartition(".")[2] not in NEVER_EMPTY, path
