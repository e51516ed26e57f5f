"""The certificate of an erasure, in Indonesian: what went, what stayed and why, by whom and on which ground."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import User
from biroumum.accounts.queries import live_assignments
from biroumum.audit.erased import standing
from biroumum.audit.notes import encode
from biroumum.documents.models import IssuedDocument
from biroumum.documents.services import issue_pdf
from biroumum.privacy.models import ErasureRequest
from biroumum.privacy.registry import app_of
from biroumum.web.subjects import subject_key
from biroumum.web.templatetags.web import waktu

KIND = "privacy.erasure"


class TreeBroken(RuntimeError):
    """The tree does not hold an entry as it was: no certificate says otherwise."""


def standing_of(request: ErasureRequest) -> dict[str, Any]:
    """What the certificate says of the log and of those who decided, seen once. Raises TreeBroken."""
    seen = standing(request.report["entries"])
    if not seen.sound:
        raise TreeBroken(f"{request.number}: run manage.py audit_verify")
    return {
        "log": {"entries": seen.entries, "placed": seen.placed, "size": seen.size, "root": encode(seen.root)},
        "recorded": _post(request.recorded_by),
        "decided": _post(request.decided_by),
    }


def _post(user: User | None) -> str:
    posts = [each.position for each in live_assignments(user)] if user else []
    return f"{posts[0].title}, {posts[0].unit}" if posts else ""


def issue(request: ErasureRequest, *, actor: Actor) -> tuple[IssuedDocument, bytes]:
    """The same document, to the byte, however often it is asked for."""
    with translation.override("id"):
        title = _("Berita acara penghapusan data pribadi %(number)s") % {"number": request.number}
        data = {"facts": _facts(request), "tables": _tables(request), "paragraphs": _log(request)}
        return issue_pdf(KIND, subject_key(request), title, "privacy/erasure.typ", data, actor=actor)


def _facts(request: ErasureRequest) -> list[list[str]]:
    report, basis = request.report, request.basis
    mark = "" if basis.verified else f" ({_('belum dicocokkan dengan naskah aslinya')})"
    entries = ", ".join(map(str, report["entries"]))
    return [
        [_("Nomor permohonan"), request.number],
        [_("Nomor perkara"), request.case_number],
        [_("Diterima"), waktu(request.received_at)],
        [_("Dasar"), f"{_(basis.name)}. {_(basis.legal_basis)}{mark}"],
        [_("Dicatat oleh"), report["recorded"]],
        [_("Disetujui oleh"), f"{report['decided']}, {waktu(request.decided_at)}"],
        [_("Selesai"), waktu(request.completed_at)],
        [_("Entri log penghapusan"), entries],
    ]


def _tables(request: ErasureRequest) -> list[dict[str, Any]]:
    report, app = request.report, app_of(request.subject)
    went = [
        [_("Data yang diminta"), ", ".join(str(app.label_of(what)) for what in request.whats)],
        [_("Isian dan baris"), str(report["fields"])],
        [_("Isi dan garam entri log"), str(report["payloads"])],
        [_("Berkas dimusnahkan"), str(report["files"] - report["kept"])],
    ]
    return [
        {"title": _("Yang dihapus"), "head": [_("Apa"), _("Berapa")], "rows": went},
        {"title": _("Yang tetap ada"), "head": [_("Apa"), _("Sebab")], "rows": report["stays"]},
    ]


def _log(request: ErasureRequest) -> list[str]:
    log = request.report["log"]
    told = _(
        "Entri log yang isinya dihapus tetap ada dengan sidiknya: %(entries)s entri. Pohon log diperiksa saat berita "
        "acara ini dibuat: ukuran %(size)s, akar %(root)s. Dari entri itu %(placed)s sudah punya tempat di dalamnya, "
        "dan semuanya cocok."
    )
    return [told % log]
