"""PDF pages from Typst templates: tagged (PDF/UA-1), with letterhead, page numbers and a code to check them by.

Text travels as JSON in `sys.inputs`, so nothing a person wrote is ever markup.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from biroumum.documents.codes import grouped

ROOT = Path(settings.BASE_DIR) / "templates" / "typst"
MISSING = "\N{WHITE SQUARE}"  # in the place of a character that no font at hand can draw: emoji, CJK
# Never text: controls, direction overrides, byte order marks, halves of pairs.
_INERT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_NOT_PLAIN = re.compile("[^\n\t\x20-\x7e\xa0-\u017f\u2010-\u201f\u2026\u25a1]")
_UNDRAWN = re.compile(r"the text `\"(.+?)\"` could not be displayed|disallowed codepoint `\"(.+?)\"`")
_compiling = threading.Lock()  # there is one compiler, and it serves one thread at a time


def render(
    template: str,
    data: Mapping[str, Any],
    *,
    language: str = "id",
    code: str = "",
    at: dt.datetime | None = None,
) -> bytes:
    """The PDF of `templates/typst/<template>` for JSON-able `data`, which has at least a `title`.

    With a `code` it carries the address and QR code of its page of verification. Raises typst.TypstError for a
    mistake in the template; no text in `data` can make it fail.
    """
    at = timezone.localtime(at)
    with translation.override(language):
        values = _inert({**data, **_frame(language, code, at)})
    text = json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False)
    for _attempt in range(3):
        try:
            return _compile(template, text, at)
        except typst.TypstError as error:
            undrawn = _undrawn(error)
            if not undrawn:
                raise
            text = "".join(MISSING if char in undrawn else char for char in text)
        except BaseException as error:
            if not _is_panic(error):
                raise
            break
    return _compile(template, _NOT_PLAIN.sub(MISSING, text), at)


def _is_panic(error: BaseException) -> bool:
    """Some rows of Hebrew signs end the compiler itself (typst 0.15), past `Exception`; its state is thrown away."""
    if type(error).__name__ != "PanicException":
        return False
    _compiler.cache_clear()
    return True


def _frame(language: str, code: str, at: dt.datetime) -> dict[str, Any]:
    """What the letter template needs besides the document's own data."""
    url = f"{settings.PUBLIC_URL}/verifikasi/{code}"
    return {
        "language": language,
        "province": {key: settings.PROVINCE[key] for key in ("name", "office", "address", "phone", "email")},
        "emblem": _emblem(),
        "at": f"{date_format(at, 'l, j F Y, H.i')} {at.tzname()}",
        "verify": {"code": grouped(code), "url": url, "qr": qr(url)} if code else None,
        "demo": _("DEMO: semua nama dan perkara di sini rekaan.") if settings.DEMO else "",
        "words": {
            "page": _("Halaman"),
            "of": _("dari"),
            "phone": _("Telepon"),
            "emblem": _("Lambang"),
            "code": _("Kode dokumen"),
            "check": _("Periksa keaslian dokumen ini dengan kode QR, atau ketik kodenya di:"),
        },
    }


def _compile(template: str, text: str, at: dt.datetime) -> bytes:
    with _compiling:
        result = _compiler().compile(
            ROOT / template,
            sys_inputs={"data": text},
            format="pdf",
            pdf_standards="ua-1",
            timestamp=int(at.timestamp()),
        )
    assert isinstance(result, bytes)  # noqa: S101 - without an output path the compiler returns the file
    return result


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(root=ROOT, ignore_system_fonts=True)


@cache
def _emblem() -> str:
    path = settings.PROVINCE["emblem"]
    return (Path(path) if path else ROOT / "emblem.svg").read_text(encoding="utf-8")


def qr(text: str, *, error: str = "m") -> str:
    """As SVG. `error`: how much of it may be torn off and it is still read, l, m, q or h; long texts take l."""
    out = io.BytesIO()
    segno.make(text, error=error, micro=False).save(out, kind="svg", border=2, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def _undrawn(error: typst.TypstError) -> set[str]:
    """The characters the compiler names as undrawable, but for plain ones that stand beside them."""
    named = "".join(text for pair in _UNDRAWN.findall(error.diagnostic) for text in pair)
    spelt = re.sub(r"\\u\{([0-9a-f]+)\}", lambda match: chr(int(match[1], 16)), named)
    return set(_NOT_PLAIN.findall(spelt))


def _inert(value: Any) -> Any:
    """The same data with every text free of what is not text."""
    if isinstance(value, (str, Promise)):
        return _INERT.sub("", str(value))
    if isinstance(value, Mapping):
        return {str(key): _inert(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_inert(item) for item in value]
    return value
