"""From a mail's templates to the three texts that are kept and sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

# Controls but tab and line end, halves of characters, line and paragraph separators, marks that turn text around.
HIDDEN = r"\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069"
_IN_BODY = re.compile(f"[{HIDDEN}]")
_IN_HEADER = re.compile(rf"[{HIDDEN}\n\t]")


class Words(NamedTuple):
    subject_line: str
    text: str
    html: str


def render(name: str, context: Mapping[str, Any], language: str) -> Words:
    """`templates/mail/<name>.subject.txt`, `.txt` and `.html` in the language; only the HTML escapes."""
    values = {"province": settings.PROVINCE, "site": settings.PUBLIC_URL, "language": language, **context}
    if values.get("url"):
        values["url"] = absolute(values["url"])
    with translation.override(language):
        line, text, html = (
            _template(f"mail/{name}.{kind}").render(Context(values, autoescape=kind == "html"))
            for kind in ("subject.txt", "txt", "html")
        )
    return Words(header(line), body(text), body(html))


def header(text: str) -> str:
    """One line fit for a header: line ends, NUL, control and direction marks become spaces."""
    return " ".join(_IN_HEADER.sub(" ", text).split())[:200]


def body(text: str) -> str:
    return visible(text).strip() + "\n"


def visible(text: str) -> str:
    """The text without control and direction marks; line ends and tabs stay."""
    return _IN_BODY.sub("", text)


def absolute(url: str) -> str:
    """The full address of a path of this portal; any other address unchanged."""
    return settings.PUBLIC_URL + url if url.startswith("/") and not url.startswith("//") else url


def _template(path: str) -> Any:
    return get_template(path).template  # type: ignore[attr-defined]  # Django's own engine, see TEMPLATES
